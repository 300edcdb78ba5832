/**
 * Asks for every response that the log has not: as many batches at a time as the asker has slots, each answer logged as soon as it is there. A failure that
 * may pass is tried again with growing pauses; any other one, or too many of them, ends the run, and the log keeps what there is.
 */
import pRetry from 'p-retry';
import { setTimeout } from 'node:timers/promises';
import { OrstaError } from '../../errors.ts';
import type { Benchmark, Question } from '../contract.ts';
import { turnRecords, type KeepImages } from '../../run/turn-records.ts';
import { AskError, type Asker, type AskRequest } from './asker.ts';
import type { LoggedAnswer, ResponseLog } from './response-log.ts';

/** What there is to ask. */
export interface CollectOptions {
  readonly benchmark: Benchmark;
  readonly data: string;
  /** Name of the prompt. */
  readonly prompt: string;
  readonly attempts: number;
  readonly limit?: number;
  readonly retries: number;
  /** First pause before another try; each further one is twice as long. */
  readonly pauseMs: number;
  readonly asker: Asker;
  readonly log: ResponseLog;
  /** Keeps the images that tools showed. */
  readonly keepImages?: KeepImages;
  readonly signal: AbortSignal;
  readonly onProgress?: (answered: number) => void;
}

/** What happened. */
export interface Collected {
  readonly requests: number;
  readonly retries: number;
  readonly seconds: number;
  /** Questions that no model can be asked, by reason. */
  readonly cannotAsk: readonly string[];
}

/** Collects the responses; resolves early where the signal aborts. */
export async function collectResponses(options: CollectOptions): Promise<Collected> {
  const { asker, log } = options;
  const began = performance.now();
  const counts = { requests: 0, retries: 0 };
  const cannotAsk: string[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const batches = inBatches(openRequests(options, cannotAsk), asker.batchSize);
  const work = async (): Promise<void> => {
    for (;;) {
      const { value: batch, done } = await batches.next();
      if (done === true || signal.aborted) return;
      const answers = await askWithRetries(batch, { ...options, signal }, counts);
      await log.append(answers);
      options.onProgress?.(log.answers.length);
    }
  };
  const workers = Array.from({ length: asker.slots }, () =>
    work().catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  if (!options.signal.aborted) throwFirst(ends);
  return { ...counts, seconds: (performance.now() - began) / 1000, cannotAsk };
}

function throwFirst(ends: readonly PromiseSettledResult<void>[]): void {
  const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  // Those that were stopped because of the first failure only say that they were stopped.
  const first = reasons.find((reason) => !(reason instanceof Error && reason.name === 'AbortError')) ?? reasons[0];
  if (first instanceof Error) throw first;
  if (first !== undefined) throw new OrstaError('evaluation_failed', 'Asking failed for no stated reason.');
}

async function* openRequests(options: CollectOptions, cannotAsk: string[]): AsyncGenerator<AskRequest> {
  let count = 0;
  for await (const question of options.benchmark.read(options.data, { images: true })) {
    if (options.limit !== undefined && count >= options.limit) return;
    count += 1;
    const missing = Array.from({ length: options.attempts }, (_, attempt) => attempt).filter(
      (attempt) => !options.log.has(question.id, attempt),
    );
    if (question.cannotAsk !== undefined) cannotAsk.push(`${question.id}: ${question.cannotAsk}`);
    else
      for (const attempt of missing)
        yield { id: question.id, attempt, prompt: promptOf(question, options.prompt), images: question.images };
  }
}

function promptOf(question: Question, name: string): string {
  const prompt = question.prompts[name];
  if (prompt !== undefined && prompt !== '') return prompt;
  throw new OrstaError(
    'invalid_data',
    `The question ${question.id} has no prompt "${name}": its file holds answers only. Give the file with the questions.`,
  );
}

async function* inBatches(requests: AsyncGenerator<AskRequest>, size: number): AsyncGenerator<AskRequest[], undefined> {
  let batch: AskRequest[] = [];
  for await (const request of requests) {
    batch.push(request);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

async function askWithRetries(
  batch: readonly AskRequest[],
  options: CollectOptions,
  counts: { requests: number; retries: number },
): Promise<LoggedAnswer[]> {
  const { asker, signal } = options;
  const answers = await pRetry(
    () => {
      counts.requests += batch.length;
      return asker.ask(batch, signal);
    },
    {
      retries: options.retries,
      minTimeout: options.pauseMs,
      maxTimeout: 60_000,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof AskError,
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!(error instanceof AskError) || retriesLeft === 0) return;
        counts.retries += 1;
        if (error.retryAfter !== undefined) await setTimeout(Math.min(error.retryAfter, 60_000), undefined, { signal });
      },
    },
  ).catch((error: unknown) => {
    if (!(error instanceof AskError)) throw error;
    throw new OrstaError(
      'evaluation_failed',
      `${error.message} Tried ${String(options.retries + 1)} times. Run the same command again to go on from here.`,
      { cause: error },
    );
  });
  const logged: LoggedAnswer[] = [];
  for (const [index, { id, attempt }] of batch.entries()) {
    const answer = answers[index];
    if (answer === undefined) throw new OrstaError('evaluation_failed', `${asker.model} gave no answer to ${id}.`);
    const { response, promptTokens: prompt_tokens, completionTokens: completion_tokens, trajectory } = answer;
    logged.push({ id, attempt, response, prompt_tokens, completion_tokens, ...(await turnRecords(trajectory, options.keepImages)) });
  }
  return logged;
}
