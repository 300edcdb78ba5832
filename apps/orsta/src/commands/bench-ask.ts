/** The part of `orsta eval bench` that asks a model: it opens the folder, asks for what is missing in its log, and counts tokens and cost. */
import { join } from 'node:path';
import { askerOf, modelNameOf } from '../benchmarks/ask/asker-of.ts';
import { collectResponses } from '../benchmarks/ask/collect-responses.ts';
import { openResponseLog } from '../benchmarks/ask/response-log.ts';
import type { Benchmark } from '../benchmarks/contract.ts';
import type { Responses } from '../benchmarks/predictions.ts';
import type { Usage } from '../benchmarks/result.ts';
import { openEvaluation } from '../benchmarks/run-folder.ts';
import type { CommandContext } from '../context.ts';
import { createLive } from '../report/live.ts';
import { lockRun } from '../run/run-lock.ts';
import type { OnePrompt } from './bench-options.ts';

/** What a model answered. */
export interface Asked {
  readonly responses: Responses;
  readonly usage: Usage | null;
  readonly model: string;
}

/** Asks for the responses that the folder's log has not. Null where it was stopped before all were there. */
export async function askModel(
  benchmark: Benchmark,
  options: OnePrompt,
  { context, folder }: { context: CommandContext; folder: string },
): Promise<Asked | null> {
  const { data, prompt, temperature, maxNewTokens, seed, attempts } = options;
  const model = modelNameOf(options, context.cwd);
  await openEvaluation(folder, { benchmark: benchmark.name, data, model, prompt, temperature, max_new_tokens: maxNewTokens, seed });
  const lock = await lockRun(folder);
  try {
    const log = await openResponseLog(join(folder, 'responses.jsonl'));
    const asker = await askerOf(options, context.cwd);
    const live = createLive({ ...context, output: options.json === true ? context.notice : context.output });
    const collected = await collectResponses({
      benchmark,
      data,
      prompt,
      attempts,
      retries: options.retries,
      pauseMs: 500,
      asker,
      log,
      signal: context.signal,
      onProgress: (answered) => live.progress('asking', answered, (options.limit ?? answered) * attempts),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    }).finally(() => asker.close());
    for (const reason of collected.cannotAsk) context.notice(`Not asked: ${reason}\n`);
    if (context.signal.aborted) return null;
    const responses = new Map<string, string[]>();
    const own = log.answers.filter(({ attempt }) => attempt < attempts);
    for (const { id, attempt, response } of [...own].sort((a, b) => a.attempt - b.attempt))
      responses.set(id, [...(responses.get(id) ?? []).slice(0, attempt), response]);
    return { responses, usage: usageOf(own, { ...collected, options }), model };
  } finally {
    await lock.release();
  }
}

function usageOf(
  answers: readonly { prompt_tokens: number; completion_tokens: number }[],
  given: { requests: number; retries: number; seconds: number; options: OnePrompt },
): Usage {
  const { requests, retries, seconds, options } = given;
  const prompt_tokens = answers.reduce((sum, own) => sum + own.prompt_tokens, 0);
  const completion_tokens = answers.reduce((sum, own) => sum + own.completion_tokens, 0);
  const { priceIn, priceOut } = options;
  const cost =
    priceIn === undefined || priceOut === undefined ? {} : { cost: (prompt_tokens * priceIn + completion_tokens * priceOut) / 1e6 };
  return { requests, retries, prompt_tokens, completion_tokens, seconds, ...cost };
}
