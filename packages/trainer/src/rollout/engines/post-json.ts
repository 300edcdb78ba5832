import { setTimeout as wait } from 'node:timers/promises';
import { TrainerError } from '../../errors.ts';

/** A rollout server. */
export interface RolloutServer {
  /** Such as `http://127.0.0.1:30000`. */
  readonly url: string;
  readonly token?: string;
  /** Longest wait for an answer in milliseconds; ten minutes where absent. */
  readonly timeoutMs?: number;
  /** Requests under way at once; 64 where absent. */
  readonly concurrency?: number;
  /** Further tries where the server cannot be reached or is overloaded; 3 where absent. */
  readonly retries?: number;
  /** Wait before the first of them in milliseconds, doubled for each further one; 500 where absent. */
  readonly retryDelayMs?: number;
}

/** Answers that may be another one a moment later. */
const PASSING = new Set([429, 502, 503, 504]);

/** Posts JSON and returns the answer, as JSON where it is that. Throws `rollout_failed` with what the server says. */
export async function postJson(server: RolloutServer, path: string, body?: unknown): Promise<unknown> {
  const { retries = 3, retryDelayMs = 500 } = server;
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryPost(server, path, body);
    if ('value' in outcome) return outcome.value;
    if (!outcome.passing || attempt >= retries) throw outcome.error;
    await wait(retryDelayMs * 2 ** attempt);
  }
}

type Outcome = { readonly value: unknown } | { readonly error: TrainerError; readonly passing: boolean };

async function tryPost({ url, token, timeoutMs = 600_000 }: RolloutServer, path: string, body: unknown): Promise<Outcome> {
  const address = `${url.replace(/\/+$/, '')}${path}`;
  try {
    const response = await fetch(address, {
      method: 'POST',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return { value: parsed(text) };
    return { error: refused(address, response.status, text), passing: PASSING.has(response.status) };
  } catch (error) {
    const reason =
      error instanceof Error ? `${error.message}${error.cause instanceof Error ? `, ${error.cause.message}` : ''}` : String(error);
    const message = `${address} cannot be reached: ${reason}. Start the server, or correct its address.`;
    return { error: new TrainerError('rollout_failed', message, { cause: error }), passing: true };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Some calls are answered in words, such as the loading of an adapter.
    return text;
  }
}

function refused(address: string, status: number, text: string): TrainerError {
  const hint = status === 404 ? ' The server has no such call: see the flags and versions that the engine names in its documentation.' : '';
  return new TrainerError('rollout_failed', `${address} answers ${String(status)}: ${text.slice(0, 400)}.${hint}`);
}

/** Runs work on all items, some at a time, and returns the results in order. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const runner = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, runner));
  return results;
}
