/**
 * One batch from the first try to its results. It always has results: whatever the servers do, the items end as scored, or as failed
 * with the server's address and the cause; only the caller's own stop is thrown. What the codes mean here:
 *
 * - `timeout`: no answer. A deadline passed, a connection was refused or dropped, or no server was ready in time.
 * - `overloaded`: the servers refused the batch for now (429, 503) until patience ended.
 * - `verifier_error`: an answer that holds no rewards: another 5xx, a 408, or not what the protocol says.
 * - `invalid_request`: the server refused the batch for good (4xx): the token, the address or the body is wrong.
 */
import type { FailureCode, RewardRequest, RewardResult } from '../contract.ts';
import type { Ask, Exchange } from './exchange.ts';
import { readAnswer, readProblem } from './read-answer.ts';
import type { Lease, Servers } from './servers.ts';
import { sleep, type Stop } from './wait.ts';

/** What a batch needs to be sent. */
export interface BatchRoute {
  /** All servers, for messages. */
  readonly urls: readonly string[];
  readonly servers: Servers;
  readonly ask: Ask;
  readonly run: string | undefined;
  /** Deadline of one try, milliseconds. */
  readonly timeoutMs: number;
  /** How long the batch waits for servers in all, milliseconds. */
  readonly outageMs: number;
  /** Further tries after the first. Where a server says when to come back, waiting for it is not one. */
  readonly retries: number;
  readonly stop: Stop;
}

interface Trouble {
  readonly code: FailureCode;
  readonly cause: string;
}

type Outcome =
  | { readonly kind: 'scored'; readonly results: RewardResult[] }
  | { readonly kind: 'refused'; readonly trouble: Trouble; readonly tooLarge: boolean }
  | { readonly kind: 'broken'; readonly trouble: Trouble }
  | { readonly kind: 'busy'; readonly trouble: Trouble; readonly waitMs: number | undefined; readonly thenCheck: boolean };

const SHORTEST_WAIT_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

/** Scores one batch on whichever server does it; the results are in the order of the requests. */
export async function scoreBatch(requests: readonly RewardRequest[], route: BatchRoute): Promise<RewardResult[]> {
  const body = toJson(requests, route.run);
  // One request that cannot be written must not cost its neighbors.
  if (typeof body !== 'string') return requests.length > 1 ? inHalves(requests, route) : failAll(requests, body);
  return tryAll({ requests, body, key: createKey() }, route);
}

interface Batch {
  readonly requests: readonly RewardRequest[];
  readonly body: string;
  /** By which a server knows a further try of this batch. */
  readonly key: string;
}

/** What a batch remembers between two tries. */
interface Tries {
  readonly tried: Set<string>;
  /** Tries that count against `retries`. */
  count: number;
  /** How much longer it waits for a server. */
  patienceMs: number;
  busySince: number | undefined;
  last: Trouble;
}

async function tryAll(batch: Batch, route: BatchRoute): Promise<RewardResult[]> {
  const { requests } = batch;
  const none: Trouble = { code: 'timeout', cause: `none of ${route.urls.join(', ')} was ready within ${route.outageMs} ms` };
  const tries: Tries = { tried: new Set(), count: 0, patienceMs: route.outageMs, busySince: undefined, last: none };
  for (;;) {
    const lease = await nextServer(requests.length, tries, route);
    if (lease === undefined) return failAll(requests, tries.last);
    const outcome = await askServer(lease, batch, route);
    if (outcome.kind === 'scored') return outcome.results;
    tries.last = { ...outcome.trouble, cause: `${lease.url}: ${outcome.trouble.cause}` };
    if (outcome.kind === 'refused')
      return outcome.tooLarge && requests.length > 1 ? inHalves(requests, route) : failAll(requests, tries.last);
    const pauseMs = backoff(tries.count);
    note(lease, outcome, { tries, pauseMs, route });
    if (isExhausted(tries, route)) return failAll(requests, tries.last);
    if (outcome.kind === 'broken') await sleep(pauseMs, route.stop);
  }
}

async function nextServer(items: number, tries: Tries, { servers, stop }: BatchRoute): Promise<Lease | undefined> {
  const asked = performance.now();
  const lease = await servers.choose({ items, avoid: tries.tried, patienceMs: tries.patienceMs, stop });
  tries.patienceMs = Math.max(0, tries.patienceMs - (performance.now() - asked));
  return lease;
}

// What a server did with the batch, in its own books and in those of the batch.
function note(
  lease: Lease,
  outcome: Extract<Outcome, { kind: 'broken' | 'busy' }>,
  { tries, pauseMs, route }: { tries: Tries; pauseMs: number; route: BatchRoute },
): void {
  tries.tried.add(lease.url);
  if (outcome.kind === 'broken') {
    lease.failed();
    tries.count += 1;
    return;
  }
  lease.failed({ ms: Math.max(SHORTEST_WAIT_MS, outcome.waitMs ?? pauseMs), thenCheck: outcome.thenCheck });
  tries.busySince ??= performance.now();
  if (outcome.waitMs === undefined || route.retries === 0) tries.count += 1;
}

function isExhausted({ count, busySince }: Tries, { retries, outageMs }: BatchRoute): boolean {
  return count > retries || (busySince !== undefined && performance.now() - busySince >= outageMs);
}

function backoff(tries: number): number {
  // Between half and all of it, so that batches that failed together do not come back together.
  return Math.min(LONGEST_BACKOFF_MS, SHORTEST_WAIT_MS * 2 ** tries) * (0.5 + Math.random() / 2);
}

async function askServer(lease: Lease, { requests, body, key }: Batch, { ask, timeoutMs, stop }: BatchRoute): Promise<Outcome> {
  try {
    const exchange = await ask({ url: `${lease.url}/v1/rewards`, method: 'POST', body, key, timeoutMs, stop });
    const outcome = readExchange(exchange, requests);
    if (outcome.kind === 'scored') lease.succeeded();
    else if (outcome.kind === 'refused') lease.released();
    return outcome;
  } catch (reason) {
    lease.released();
    throw reason;
  }
}

function readExchange(exchange: Exchange, requests: readonly RewardRequest[]): Outcome {
  if (exchange.kind === 'silence') return { kind: 'broken', trouble: { code: 'timeout', cause: exchange.cause } };
  return exchange.status === 200 ? readResults(exchange.text, requests) : readRefusal(exchange);
}

function readResults(text: string, requests: readonly RewardRequest[]): Outcome {
  const read = readAnswer(text, requests);
  if ('results' in read) return { kind: 'scored', results: read.results };
  return { kind: 'broken', trouble: { code: 'verifier_error', cause: `not an answer of a reward server: ${read.problem}` } };
}

function readRefusal({ status, text, retryAfterMs }: Extract<Exchange, { kind: 'answer' }>): Outcome {
  const cause = `HTTP ${status}: ${readProblem(text)}`;
  if (status === 429 || status === 503) {
    return { kind: 'busy', trouble: { code: 'overloaded', cause }, waitMs: retryAfterMs, thenCheck: status === 503 };
  }
  // 408: it had waited too long for the request, which may be faster the next time.
  if (status < 400 || status >= 500 || status === 408) return { kind: 'broken', trouble: { code: 'verifier_error', cause } };
  const advice = status === 401 || status === 403 ? '. Give createRewardClient the token that the server was started with.' : '';
  return { kind: 'refused', trouble: { code: 'invalid_request', cause: cause + advice }, tooLarge: status === 413 };
}

async function inHalves(requests: readonly RewardRequest[], route: BatchRoute): Promise<RewardResult[]> {
  const middle = Math.ceil(requests.length / 2);
  const first = await scoreBatch(requests.slice(0, middle), route);
  return [...first, ...(await scoreBatch(requests.slice(middle), route))];
}

// Not crypto.randomUUID: browsers have that only on pages that came by https.
function createKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('');
}

function toJson(requests: readonly RewardRequest[], run: string | undefined): string | Trouble {
  try {
    return JSON.stringify({ ...(run === undefined ? {} : { run }), requests });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: 'invalid_request', cause: `the request cannot be written as JSON: ${reason}` };
  }
}

function failAll(requests: readonly RewardRequest[], { code, cause }: Trouble): RewardResult[] {
  const message = `No reward from the server. ${cause}`;
  return requests.map((request: Partial<RewardRequest> | null | undefined, index) => {
    // Nobody has checked it, and what the server would call it is its place.
    const { id = `#${index}`, data_source = 'unknown', verifier = 'unknown' } = request ?? {};
    return { id, data_source, verifier, status: 'failed', error: { code, message } };
  });
}
