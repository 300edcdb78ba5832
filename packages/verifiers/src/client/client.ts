/**
 * Rewards over HTTP with the signature of scoring in this process. Runs in Node and in browsers. A batch whose answer was lost is asked for again
 * under the same key: the server that has counted it knows it and does not count it again. Left out: keeping results, and servers that know of
 * each other, so that a batch that moved to another server after the first had answered is in the counts of both.
 */
import type { RewardRequest, RewardResult } from '../contract.ts';
import { ServiceError } from '../service-error.ts';
import { createAsk, type Ask, type Exchange } from './exchange.ts';
import { checkOptions, type CheckedOptions, type RewardClientOptions } from './options.ts';
import { readProblem } from './read-answer.ts';
import { scoreBatch } from './score-batch.ts';
import { createServers } from './servers.ts';
import { createLimiter, createStop, linkStop, type Stop } from './wait.ts';

/** How far a run is; what is left out stays as it was. */
export interface ClientProgress {
  readonly step?: number;
  readonly total_steps?: number;
  /** Rewards that one step takes, for servers that are to count the steps themselves. */
  readonly rewards_per_step?: number;
}

/** What one server says about itself. */
export interface ServerHealth {
  readonly url: string;
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly message: string;
}

/** A client of one or several reward servers. */
export interface RewardClient {
  /**
   * Scores every request, in order. Whatever happens on the way is a `failed` result that names server and cause, never a reward of 0
   * and never an exception.
   *
   * @throws the reason of `signal` when that is aborted, and ServiceError `closed` after `close`.
   */
  score(requests: readonly RewardRequest[], options?: { readonly signal?: AbortSignal }): Promise<RewardResult[]>;
  /**
   * Tells every server how far the run is. A server that cannot be reached is told before it gets work again.
   *
   * @throws ServiceError `invalid_options` without a run; `unauthorized` or `invalid_body` when a server refuses; `unavailable` when none
   * can be reached.
   */
  setProgress(progress: ClientProgress): Promise<void>;
  /** Asks every server whether it is ready, in the order of `urls`. */
  health(): Promise<ServerHealth[]>;
  /** Ends what is under way, with ServiceError `closed`. */
  close(): void;
}

const LONGEST_CHECK_MS = 5_000;

/**
 * A client with the same signature as in-process `score`.
 *
 * @throws ServiceError `invalid_options`.
 */
export function createRewardClient(options: RewardClientOptions): RewardClient {
  const checked = checkOptions(options);
  const { urls, run, timeoutMs, outageMs, retries, onOutage } = checked;
  const ask = createAsk(checked.fetch, checked.token);
  const closing = createStop();
  const progressSender = createProgress(checked, ask);
  const isReady = async (url: string): Promise<boolean> => {
    try {
      const { ready } = await askHealth(ask, { url, timeoutMs: Math.min(timeoutMs, LONGEST_CHECK_MS), stop: closing });
      // A progress that it refuses was the caller's to hear of, and is no reason to do without the server.
      return ready && (await progressSender.tell(url, closing))?.code !== 'unavailable';
    } catch {
      // Only closing ends a check early, and then nobody waits for it.
      return false;
    }
  };
  const servers = createServers(urls, isReady, onOutage);
  const limited = createLimiter(checked.concurrency);
  return {
    async score(requests, { signal } = {}) {
      const { stop, release } = linkStop(closing, signal);
      try {
        stop.check();
        const route = { urls, servers, ask, run, timeoutMs, outageMs, retries, stop };
        const scored = await Promise.all(split(requests, checked).map((batch) => limited(() => scoreBatch(batch, route))));
        return scored.flat();
      } finally {
        release();
      }
    },
    async setProgress(progress) {
      progressSender.set(progress);
      const troubles = await Promise.all(urls.map((url) => progressSender.tell(url, closing)));
      urls.filter((_url, index) => troubles[index]?.code === 'unavailable').forEach((url) => servers.distrust(url));
      const refused = troubles.find((trouble) => trouble !== undefined && trouble.code !== 'unavailable');
      const unreached = troubles.every((trouble) => trouble !== undefined) ? troubles[0] : undefined;
      const trouble = refused ?? unreached;
      if (trouble !== undefined) throw trouble;
    },
    health: () => Promise.all(urls.map((url) => askHealth(ask, { url, timeoutMs, stop: closing }))),
    close() {
      closing.pull(new ServiceError('closed', 'The reward client was closed. Make a new one with createRewardClient.'));
    },
  };
}

// Batches of one size, at least one for each server that there is work for.
function split(requests: readonly RewardRequest[], { urls, batchSize }: CheckedOptions): RewardRequest[][] {
  const batches = Math.max(Math.ceil(requests.length / batchSize), Math.min(urls.length, requests.length));
  const size = Math.max(1, Math.ceil(requests.length / Math.max(1, batches)));
  return Array.from({ length: Math.ceil(requests.length / size) }, (_, index) => requests.slice(index * size, (index + 1) * size));
}

async function askHealth(ask: Ask, at: { url: string; timeoutMs: number; stop: Stop }): Promise<ServerHealth> {
  const { url, ...rest } = at;
  const answer = await ask({ ...rest, url: `${url}/readyz`, method: 'GET' });
  const message = troubleIn(answer);
  return { url, ready: message === undefined, message: message ?? '' };
}

function troubleIn(answer: Exchange): string | undefined {
  if (answer.kind === 'silence') return answer.cause;
  return answer.status >= 200 && answer.status < 300 ? undefined : `HTTP ${answer.status}: ${readProblem(answer.text)}`;
}

interface ProgressSender {
  set(progress: ClientProgress): void;
  /** Sends what was set; gives back what went wrong, and nothing when there is nothing to send. */
  tell(url: string, stop: Stop): Promise<ServiceError | undefined>;
}

function createProgress({ run, timeoutMs }: CheckedOptions, ask: Ask): ProgressSender {
  let current: ClientProgress | undefined;
  return {
    set(progress) {
      if (run === undefined) {
        throw new ServiceError('invalid_options', 'Progress belongs to a run, and this client has none. Give createRewardClient a run.');
      }
      current = { ...current, ...progress };
    },
    async tell(url, stop) {
      if (current === undefined || run === undefined) return undefined;
      const path = `/v1/runs/${encodeURIComponent(run)}/progress`;
      const answer = await ask({ url: `${url}${path}`, method: 'PUT', body: JSON.stringify(current), timeoutMs, stop });
      const trouble = troubleIn(answer);
      if (trouble === undefined) return undefined;
      return new ServiceError(codeOf(answer), `The progress of run "${run}" did not reach ${url}. ${trouble}`);
    },
  };
}

function codeOf(answer: Exchange): 'unauthorized' | 'invalid_body' | 'unavailable' {
  if (answer.kind === 'silence' || answer.status === 429 || answer.status < 400 || answer.status >= 500) return 'unavailable';
  return answer.status === 401 || answer.status === 403 ? 'unauthorized' : 'invalid_body';
}
