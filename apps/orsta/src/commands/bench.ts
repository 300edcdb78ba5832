/** `orsta eval bench`: the responses of a file or a model, scored, written as one JSON and one HTML file, and printed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Benchmark } from '../benchmarks/contract.ts';
import { readPredictions, type Responses } from '../benchmarks/predictions.ts';
import { loadBenchmark } from '../benchmarks/registry.ts';
import { resultTable } from '../benchmarks/result-table.ts';
import { toResult, type BenchmarkResult } from '../benchmarks/result.ts';
import { requireRules, scoreResponses } from '../benchmarks/score-responses.ts';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';
import { writeJson } from '../run/write-json.ts';
import type { Asked } from './bench-ask.ts';
import type { BenchCommandOptions, OnePrompt } from './bench-options.ts';

/** Evaluates a benchmark. Throws `usage` unless there is exactly one source of responses. */
export async function benchCommand(name: string, options: BenchCommandOptions, context: CommandContext): Promise<void> {
  const benchmark = await loadBenchmark(name, options.plugins ?? [], context.cwd);
  requireOneSource(options);
  requireRules(benchmark, options.rules);
  const prompts = promptsOf(benchmark, options);
  const out = resolve(context.cwd, options.out ?? join('evals', name));
  for (const prompt of prompts) {
    const folder = prompts.length === 1 ? out : join(out, prompt);
    const result = await evaluateOnce(benchmark, { ...options, prompt }, { context, folder });
    if (result === null) return;
    await writeResult(result, benchmark, folder);
    if (options.run !== undefined)
      await (await import('../benchmarks/to-monitor.ts')).addToRun(result, resolve(context.cwd, options.run), options.step ?? 0);
    context.output(
      options.json === true ? `${JSON.stringify(result, undefined, 2)}\n` : `${resultTable(result)}\n${join(folder, 'report.html')}\n`,
    );
  }
}

function requireOneSource({ predictions, model, url, aiSdk, run, step, tools }: BenchCommandOptions): void {
  const given = [predictions, url ?? model, aiSdk].filter((own) => own !== undefined);
  if (given.length !== 1)
    throw new OrstaError(
      'usage',
      'Give one source of responses: --predictions FILE, --model FOLDER, --url URL with --model NAME, or --ai-sdk MODULE.',
    );
  if (tools !== undefined && (predictions ?? url ?? aiSdk) !== undefined)
    throw new OrstaError(
      'usage',
      '--tools goes with a model folder alone: stored responses are there already, and a server or a model of the AI SDK gets one request a question, in which it cannot be shown what a tool returned. Leave --tools away, or give the folder of the model to --model.',
    );
  if (url !== undefined && model === undefined)
    throw new OrstaError('usage', 'With --url, --model is the name by which the server knows its model.');
  if ((run === undefined) !== (step === undefined))
    throw new OrstaError('usage', '--run and --step belong together: the run that gets the result, and at which step.');
}

function promptsOf(benchmark: Benchmark, { prompt, rules }: BenchCommandOptions): readonly string[] {
  const unknown = prompt?.find((name) => !benchmark.prompts.includes(name));
  if (unknown !== undefined)
    throw new OrstaError('usage', `${benchmark.name} has no prompt ${unknown}. It has: ${benchmark.prompts.join(', ')}.`);
  return prompt ?? [benchmark.promptOfRules?.[rules] ?? benchmark.prompts[0]];
}

/** Null where it was stopped before all responses were there. */
async function evaluateOnce(
  benchmark: Benchmark,
  options: OnePrompt,
  { context, folder }: { context: CommandContext; folder: string },
): Promise<BenchmarkResult | null> {
  const data = resolve(context.cwd, options.data);
  const found =
    options.predictions === undefined
      ? await (await import('./bench-ask.ts')).askModel(benchmark, { ...options, data }, { context, folder })
      : stored(await readPredictions(resolve(context.cwd, options.predictions), benchmark), options.predictions);
  if (found === null) return null;
  const { rules, seed, limit, allowMissing } = options;
  const missing = found.usage !== null || allowMissing === true;
  const replies = await repliesOf(benchmark, { options: { ...options, data }, responses: found.responses, context, folder });
  if (context.signal.aborted) return null;
  const scored = await scoreResponses({
    benchmark,
    data,
    responses: found.responses,
    rules,
    seed,
    allowMissing: missing,
    replies,
    ...(limit === undefined ? {} : { limit }),
  });
  if (scored.unused > 0) context.notice(`${String(scored.unused)} responses are to no question that was evaluated.\n`);
  return toResult(benchmark, scored, {
    data,
    model: found.model,
    prompt: options.predictions === undefined ? options.prompt : 'unknown',
    rules,
    seed,
    usage: found.usage,
    tools: found.tools,
    ...(found.turns === undefined ? {} : { turns: found.turns }),
  });
}

function stored(responses: Responses, model: string): Asked {
  return { responses, usage: null, model };
}

async function repliesOf(
  benchmark: Benchmark,
  given: { options: OnePrompt; responses: Responses; context: CommandContext; folder: string },
): Promise<ReadonlyMap<string, string>> {
  const { judgeUrl, judgeModel, data, apiKey, slots, timeout, retries } = given.options;
  if (judgeUrl === undefined) return new Map();
  if (benchmark.judgePrompt === undefined)
    throw new OrstaError('usage', `${benchmark.name} is scored by rules alone. Leave --judge-url away.`);
  if (judgeModel === undefined) throw new OrstaError('usage', 'With --judge-url, give the name of its model: --judge-model.');
  await mkdir(given.folder, { recursive: true });
  const { judgeReplies } = await import('../benchmarks/judge-replies.ts');
  return judgeReplies({
    benchmark,
    data,
    responses: given.responses,
    url: judgeUrl,
    model: judgeModel,
    slots,
    timeoutMs: timeout * 1000,
    retries,
    folder: given.folder,
    signal: given.context.signal,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
}

async function writeResult(result: BenchmarkResult, benchmark: Benchmark, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeJson(join(folder, 'result.json'), result);
  const { reportHtml } = await import('../benchmarks/report-html.ts');
  await writeFile(join(folder, 'report.html'), await reportHtml(result, benchmark, folder));
}
