import { resolve } from 'node:path';
import { withMaxPixels } from '@vtriune/trainer';
import { createImageLoader, type ImageLoader } from '../data/image-loader.ts';
import { heldOutFiles } from '../data/file-source.ts';
import { heldOutSuite } from '../data/suite-source.ts';
import { OrstaError } from '../errors.ts';
import type { HeldOut } from '../evaluation/held-out.ts';
import { evaluatePolicy, type PolicyEvaluation } from '../evaluation/evaluate-policy.ts';
import { loadRegistry } from '../reward/reward.ts';
import { summarize } from '../evaluation/summary.ts';
import { callsText, toolCounts } from '../evaluation/tool-counts.ts';
import { createLive, type LiveDisplay } from '../report/live.ts';
import { evaluationTable } from '../report/table.ts';
import { askedModel, toolText, type AskedModel, type AskOptions } from '../run/asked-model.ts';
import { startEngine } from '../run/engine.ts';
import { loadModelProcessor, noteGeneration } from '../run/prepare.ts';
import { loadAssets, suite, type Split } from '../suite/index.ts';
import type { CommandContext } from '../context.ts';
import { writeResponses } from './eval-responses.ts';

/** Options of `orsta eval`. */
export interface EvalCommandOptions extends AskOptions {
  /** A file of samples; the suite where absent. */
  readonly data?: string;
  /** Tasks of the suite; the eight where absent. */
  readonly task?: readonly string[];
  readonly samples: number;
  readonly split: Split;
  /** Responses a sample: 1 is greedy, more are sampled and the best counts. */
  readonly passAt: number;
  readonly ranks: number;
  readonly seed: number;
  readonly json?: boolean;
  /** Gets every response, one line of JSON each. */
  readonly out?: string;
}

/** Longest response where neither an option nor a run says it. */
const MAX_NEW_TOKENS = 64;

/** Evaluates a model on the suite's held-out split or on a file, and prints a table or JSON. */
export async function evalCommand(options: EvalCommandOptions, context: CommandContext): Promise<void> {
  const asked = await askedModel(options, context, { maxNewTokens: MAX_NEW_TOKENS });
  const { model, maxPixels, ...asking } = asked;
  const processor = withMaxPixels(await loadModelProcessor(model.path), maxPixels);
  noteGeneration(processor, context.notice);
  // Tools look at images as they are stored.
  const images = createImageLoader(asked.tools === undefined ? { processor: processor.config } : {});
  const items = await loadItems(options, images, context);
  const registry = await loadRegistry(options.plugins ?? [], context.cwd);
  const { engine, backend } = await startEngine(
    { model, frozen: [], engine: { ranks: options.ranks, tokensPerMicroBatch: 4096 } },
    processor,
  );
  const live = createLive({ ...context, output: options.json === true ? context.notice : context.output });
  try {
    const found = await evaluatePolicy({
      engine,
      processor,
      items,
      reward: { registry, images },
      ...asking,
      batchSize: 64,
      responses: options.passAt,
      seed: options.seed,
      onProgress: (done, total) => live.progress('evaluating', done, total),
      signal: context.signal,
    });
    if (found === null) return;
    if (options.out !== undefined) await writeResponses(resolve(context.cwd, options.out), found);
    report({ options, asked, found, backend: backend.name }, { context, live });
  } finally {
    await engine.close();
  }
}

interface Evaluated {
  readonly options: EvalCommandOptions;
  readonly asked: AskedModel;
  readonly found: PolicyEvaluation;
  readonly backend: string;
}

function report({ options, asked, found, backend }: Evaluated, { context, live }: { context: CommandContext; live: LiveDisplay }): void {
  const { passAt, json, data, split } = options;
  const { model, tools } = asked;
  const summary = summarize(found.samples);
  const counts = tools === undefined ? undefined : toolCounts(found.rollouts);
  if (json === true) {
    const facts = { model: model.path, data: data ?? `suite:${split}`, responses: passAt, failed: found.failed, seconds: found.seconds };
    const used = tools === undefined ? {} : { tools, ...counts };
    context.output(`${JSON.stringify({ ...facts, ...used, ...summary }, undefined, 2)}\n`);
    return;
  }
  const mode = passAt === 1 ? 'greedy' : `best of ${String(passAt)} at temperature 1`;
  live.line(
    `${model.path} on ${backend}, ${String(found.samples.length)} samples, ${mode}, ${found.seconds.toFixed(0)} s; percent\n\n${evaluationTable(summary)}`,
  );
  const calls = callsText({ ...counts });
  if (tools !== undefined && calls !== undefined) live.line(`${toolText(tools)}: ${calls}`);
  if (found.failed > 0) live.line(`${String(found.failed)} responses had no score and are left out.`);
}

async function loadItems(options: EvalCommandOptions, images: ImageLoader, context: CommandContext): Promise<HeldOut> {
  const { data, task, split, samples } = options;
  if (data !== undefined && task !== undefined)
    throw new OrstaError('usage', '--task chooses tasks of the suite, and --data gives other samples. Give one of the two.');
  if (data !== undefined) return heldOutFiles([resolve(context.cwd, data)], { images, samplesPerTask: samples });
  if (split === 'train') throw new OrstaError('usage', 'The split train is not held out. Use test, or validation for choosing settings.');
  return heldOutSuite(await loadAssets(), { tasks: task ?? suite.map(({ name }) => name), split, samplesPerTask: samples });
}
