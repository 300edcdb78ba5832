/** The part of `orsta eval bench` that asks a model: it opens the folder, asks for what is missing in its log, and counts tokens and cost. */
import { join } from 'node:path';
import { askerOf, modelNameOf } from '../benchmarks/ask/asker-of.ts';
import { collectResponses } from '../benchmarks/ask/collect-responses.ts';
import { openResponseLog, type LoggedAnswer } from '../benchmarks/ask/response-log.ts';
import type { Benchmark } from '../benchmarks/contract.ts';
import type { Responses } from '../benchmarks/predictions.ts';
import type { Usage } from '../benchmarks/result.ts';
import { openEvaluation } from '../benchmarks/run-folder.ts';
import type { CommandContext } from '../context.ts';
import { createLive } from '../report/live.ts';
import { askedModel, type AskedModel } from '../run/asked-model.ts';
import { writeImages } from '../run/image-file.ts';
import { lockRun } from '../run/run-lock.ts';
import type { ToolSettings } from '../run/tool-settings.ts';
import type { TurnRecords } from '../run/turn-records.ts';
import type { OnePrompt } from './bench-options.ts';

/** What a model answered. */
export interface Asked {
  readonly responses: Responses;
  readonly usage: Usage | null;
  readonly model: string;
  readonly tools?: ToolSettings | undefined;
  /** The turns of the first response to each question, where there were tools. */
  readonly turns?: ReadonlyMap<string, NonNullable<TurnRecords['turns']>>;
}

/** Longest response where neither an option nor a run says it. */
const MAX_NEW_TOKENS = 1024;

/** Asks for the responses that the folder's log has not. Null where it was stopped before all were there. */
export async function askModel(
  benchmark: Benchmark,
  options: OnePrompt,
  { context, folder }: { context: CommandContext; folder: string },
): Promise<Asked | null> {
  const { data, prompt, temperature, seed, attempts } = options;
  const { cwd } = context;
  const local = await localOf(options, context);
  const maxNewTokens = local?.maxNewTokens ?? options.maxNewTokens ?? MAX_NEW_TOKENS;
  const model = modelNameOf(options, { cwd, local });
  const tools = local?.tools;
  await openEvaluation(folder, { benchmark: benchmark.name, data, model, prompt, temperature, max_new_tokens: maxNewTokens, seed, tools });
  const lock = await lockRun(folder);
  try {
    const log = await openResponseLog(join(folder, 'responses.jsonl'));
    const asker = await askerOf(options, { cwd, maxNewTokens, local });
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
      keepImages: (images) => writeImages(join(folder, 'images'), images),
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
    const turns = new Map(own.flatMap((answer) => (answer.attempt === 0 && answer.turns !== undefined ? [[answer.id, answer.turns]] : [])));
    return { responses, usage: usageOf(own, { ...collected, options, tools }), model, tools, turns };
  } finally {
    await lock.release();
  }
}

/** The model folder that is asked, where it is one. */
async function localOf(options: OnePrompt, context: CommandContext): Promise<AskedModel | undefined> {
  const { model, url, aiSdk } = options;
  if (model === undefined || url !== undefined || aiSdk !== undefined) return undefined;
  return askedModel({ ...options, model }, context, { maxNewTokens: MAX_NEW_TOKENS });
}

function usageOf(
  answers: readonly LoggedAnswer[],
  given: { requests: number; retries: number; seconds: number; options: OnePrompt; tools: ToolSettings | undefined },
): Usage {
  const { requests, retries, seconds, options, tools } = given;
  const prompt_tokens = answers.reduce((sum, own) => sum + own.prompt_tokens, 0);
  const completion_tokens = answers.reduce((sum, own) => sum + own.completion_tokens, 0);
  const { priceIn, priceOut } = options;
  const cost =
    priceIn === undefined || priceOut === undefined ? {} : { cost: (prompt_tokens * priceIn + completion_tokens * priceOut) / 1e6 };
  const calls = tools === undefined ? {} : { tool_calls: sumOf(answers, 'tool_calls'), tool_errors: sumOf(answers, 'tool_errors') };
  return { requests, retries, prompt_tokens, completion_tokens, seconds, ...cost, ...calls };
}

function sumOf(answers: readonly LoggedAnswer[], count: 'tool_calls' | 'tool_errors'): number {
  return answers.flatMap((answer) => answer[count] ?? []).reduce((sum, own) => sum + own, 0);
}
