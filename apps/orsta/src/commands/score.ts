import { resolve } from 'node:path';
import { FormatError, parseSample, readTextLines } from '@vtriune/format';
import { createRewardRequest, score, type RewardRequest } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import { loadRegistry } from '../reward/reward.ts';
import type { CommandContext } from '../context.ts';

/** Options of `orsta score`. */
export interface ScoreCommandOptions {
  readonly plugins?: readonly string[];
}

const BATCH = 256;

/** Scores every line of a file, reward requests or `{sample, response}`, and writes one result a line in the same order. */
export async function scoreCommand(file: string, options: ScoreCommandOptions, context: CommandContext): Promise<void> {
  const registry = await loadRegistry(options.plugins ?? [], context.cwd);
  const path = resolve(context.cwd, file);
  const failures = { count: 0, total: 0 };
  for await (const batch of batches(readRequests(path), BATCH)) {
    const results = await score(batch, { registry });
    failures.total += results.length;
    failures.count += results.filter(({ status }) => status === 'failed').length;
    context.output(results.map((result) => `${JSON.stringify(result)}\n`).join(''));
    if (context.signal.aborted) return;
  }
  const { count, total } = failures;
  if (total === 0) throw new OrstaError('invalid_data', `${file} has no requests; it needs one JSON object a line.`);
  context.notice(`${String(total - count)} scored, ${String(count)} failed\n`);
  if (count === total)
    throw new OrstaError(
      'invalid_data',
      `None of the ${String(total)} requests of ${file} could be scored; "error" in each result says why.`,
    );
}

async function* readRequests(path: string): AsyncGenerator<RewardRequest> {
  let line = 0;
  try {
    for await (const text of readTextLines(path)) {
      line += 1;
      if (text.trim() !== '') yield toRequest(JSON.parse(text), `${path}:${String(line)}`);
    }
  } catch (cause) {
    // Both say where they stand.
    if (cause instanceof OrstaError || cause instanceof FormatError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'invalid_data',
      `${path}:${String(line)}: ${reason}. Give a file with a reward request, or {"sample": ..., "response": ...}, on each line.`,
      { cause },
    );
  }
}

/** Whatever is not a pair is passed on: `score` says what is wrong with it, line by line. */
function toRequest(value: unknown, location: string): RewardRequest {
  if (typeof value !== 'object' || value === null || !('sample' in value)) return value as RewardRequest;
  const { sample, response, ...rest } = value as { sample: unknown; response?: unknown };
  if (typeof response !== 'string')
    throw new OrstaError(
      'invalid_data',
      `${location} has a sample but its response is ${JSON.stringify(response)}. Add the text of the response.`,
    );
  return createRewardRequest({ ...rest, sample: parseSample(sample, { location, defaultId: location }), response });
}

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
