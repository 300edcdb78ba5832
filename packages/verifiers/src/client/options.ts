import { ServiceError } from '../service-error.ts';

/** Where the rewards come from, and how long to try. */
export interface RewardClientOptions {
  /** Addresses of reward servers, such as `http://host:8080`, at least one. */
  readonly urls: readonly string[];
  /** Bearer token of the servers. */
  readonly token?: string;
  /** Deadline of one request, milliseconds; 30000 when absent. */
  readonly timeoutMs?: number;
  /** How long a batch waits for a server to come back, such as one that is started again; milliseconds, ten times `timeoutMs` when absent. */
  readonly outageMs?: number;
  /** Is told about every ten seconds what the client waits for, while no server takes work. */
  readonly onOutage?: (message: string) => void;
  /** Batches in flight at once, over all servers and calls; 64 when absent. */
  readonly concurrency?: number;
  /** Tries of a batch after the first, each on another server where there is one; 3 when absent. */
  readonly retries?: number;
  /** The most items in one request; 256 when absent. */
  readonly batchSize?: number;
  /** The run that the servers count the rewards for, and whose progress `setProgress` sets. */
  readonly run?: string;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Options with nothing left open. */
export type CheckedOptions = Required<Omit<RewardClientOptions, 'token' | 'run' | 'onOutage'>> &
  Pick<RewardClientOptions, 'token' | 'run' | 'onOutage'>;

/**
 * Fills in the defaults. Addresses lose a slash at their end, and come once each.
 *
 * @throws ServiceError `invalid_options` for a value out of range or an address that is none.
 */
export function checkOptions(options: RewardClientOptions): CheckedOptions {
  const { timeoutMs = 30_000, concurrency = 64, retries = 3, batchSize = 256 } = options;
  const { outageMs = Math.min(LONGEST_TIMER_MS, 10 * timeoutMs) } = options;
  const urls = [...new Set(options.urls.map(checkUrl))];
  if (urls.length === 0) throw new ServiceError('invalid_options', 'urls is empty. Give the address of at least one reward server.');
  checkNumber('concurrency', concurrency, 1);
  checkNumber('retries', retries, 0);
  checkNumber('batchSize', batchSize, 1);
  for (const [name, value] of Object.entries({ timeoutMs, outageMs })) {
    if (value > 0 && value <= LONGEST_TIMER_MS) continue;
    throw new ServiceError('invalid_options', `${name} is ${value}. It must be above 0 and at most ${LONGEST_TIMER_MS}.`);
  }
  // Looked up at each call: browsers want it called on its global object, and tests replace it.
  const send: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  return { ...options, urls, timeoutMs, outageMs, concurrency, retries, batchSize, fetch: send };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

function checkUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new ServiceError('invalid_options', `"${url}" is no address of a reward server. Write it as http://host:port or https://host.`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new ServiceError('invalid_options', `The address of ${parsed.host} holds a user name or password. Leave it out and use token.`);
  }
  return url.replace(/\/+$/, '');
}

function checkNumber(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ServiceError('invalid_options', `${name} is ${value}. It must be a whole number of at least ${least}.`);
}
