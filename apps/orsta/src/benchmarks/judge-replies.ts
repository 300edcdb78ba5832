/** Asks a judge model about the responses that rules cannot read, as MathVista's authors do. Replies are logged and asked for once, like responses. */
import { join } from 'node:path';
import { collectResponses } from './ask/collect-responses.ts';
import { openResponseLog } from './ask/response-log.ts';
import { serverAsker } from './ask/server-asker.ts';
import { defineBenchmark, type Benchmark } from './contract.ts';
import { replyKey, type Responses } from './predictions.ts';

/** The judge and what it is asked about. */
export interface JudgeOptions {
  readonly benchmark: Benchmark;
  readonly data: string;
  readonly responses: Responses;
  readonly url: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly slots: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Where `judge.jsonl` is kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What the judge replied, by `replyKey`. Empty for a benchmark that needs no judge. */
export async function judgeReplies(options: JudgeOptions): Promise<Map<string, string>> {
  const { url, model, apiKey, slots, timeoutMs, retries, signal } = options;
  const log = await openResponseLog(join(options.folder, 'judge.jsonl'));
  const settings = { maxNewTokens: 256, temperature: 0, seed: 0 };
  await collectResponses({
    benchmark: questionsToJudge(options),
    data: options.data,
    prompt: 'judge',
    attempts: 1,
    retries,
    pauseMs: 500,
    asker: serverAsker({ url, model, slots, timeoutMs, settings, ...(apiKey === undefined ? {} : { apiKey }) }),
    log,
    signal,
  });
  return new Map(log.answers.map(({ id, response }) => [id, response]));
}

function questionsToJudge({ benchmark, responses }: JudgeOptions): Benchmark {
  return defineBenchmark({
    ...benchmark,
    async *read(data) {
      for await (const question of benchmark.read(data, { images: false }))
        for (const [attempt, response] of (responses.get(question.id) ?? []).entries()) {
          const prompt = benchmark.judgePrompt?.(question, response);
          if (prompt !== undefined) yield { ...question, id: replyKey(question.id, attempt), prompts: { judge: prompt } };
        }
    },
  });
}
