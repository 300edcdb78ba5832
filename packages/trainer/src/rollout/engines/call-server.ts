// Calls of a rollout server over HTTP. Left out: streaming, since a step waits for all of its responses anyway.
import { setTimeout as wait } from 'node:timers/promises';
import { Ajv } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { TrainerError } from '../../errors.ts';

/** A rollout server. */
export interface RolloutServer {
  /** Such as `http://127.0.0.1:30000`. */
  readonly url: string;
  /** Sent as a bearer token. */
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

/** One call; a body is sent as JSON by POST, without one it is a GET unless `method` says otherwise. */
export interface ServerCall {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
}

/** Statuses of a server that may answer otherwise a moment later. */
const PASSING = new Set([429, 502, 503, 504]);
const SHOWN = 400;
const ajv = new Ajv();

/** The answer to a call: JSON, or text where it is not that. Throws `rollout_failed` with what the server says. */
export async function callServer(server: RolloutServer, call: ServerCall): Promise<unknown> {
  const { retries = 3, retryDelayMs = 500 } = server;
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryCall(server, call);
    if ('value' in outcome) return outcome.value;
    if (!outcome.passing || attempt >= retries) throw outcome.error;
    await wait(retryDelayMs * 2 ** attempt);
  }
}

/** Makes a check of answers: it returns them with their type, or throws `rollout_failed` that names what is missing. */
export function answerCheck<Schema extends TSchema>(schema: Schema): (url: string, value: unknown) => Static<Schema> {
  const isAnswer = ajv.compile<unknown>(schema as object);
  return (url, value) => {
    if (isAnswer(value)) return value as Static<Schema>;
    throw new TrainerError(
      'rollout_failed',
      `${url} does not answer as a rollout server must: ${ajv.errorsText(isAnswer.errors, { dataVar: 'the answer' })}. It begins with ${shorten(JSON.stringify(value))}. Token ids and log-probabilities are needed; use a version of the server that sends them.`,
    );
  };
}

/** The error for a server that samples from other weights than it was given. */
export function otherWeights(url: string, { theirs, ours }: { readonly theirs: string; readonly ours: string }): TrainerError {
  return new TrainerError(
    'rollout_failed',
    `${url} has the weights "${theirs}" and was given "${ours}": it was started again, or another run uses it. Give each run a server of its own, and resume.`,
  );
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

type Outcome = { readonly value: unknown } | { readonly error: TrainerError; readonly passing: boolean };

async function tryCall({ url, token, timeoutMs = 600_000 }: RolloutServer, { path, body, method }: ServerCall): Promise<Outcome> {
  const address = `${url.replace(/\/+$/, '')}${path}`;
  try {
    const response = await fetch(address, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return { value: parsed(text) };
    return { error: refused(address, response.status, text), passing: PASSING.has(response.status) };
  } catch (error) {
    const message = `${address} cannot be reached: ${reasonOf(error)}. Start the server, or correct its address.`;
    return { error: new TrainerError('rollout_failed', message, { cause: error }), passing: true };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
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
  const hint = status === 404 ? ' Where the server has no such call, it lacks a flag: see the README of @vtriune/trainer.' : '';
  return new TrainerError('rollout_failed', `${address} answers ${String(status)}: ${shorten(text)}.${hint}`);
}

function shorten(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
