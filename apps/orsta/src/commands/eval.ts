import { resolve } from 'node:path';
import { withMaxPixels, type Processor } from '@vtriune/trainer';
import { createImageLoader } from '../data/image-loader.ts';
import { heldOutFiles } from '../data/file-source.ts';
import { heldOutSuite } from '../data/suite-source.ts';
import { OrstaError } from '../errors.ts';
import type { HeldOut } from '../evaluation/held-out.ts';
import { evaluatePolicy, type EvaluatedResponse } from '../evaluation/evaluate-policy.ts';
import { loadRegistry } from '../reward/reward.ts';
import { summarize } from '../evaluation/summary.ts';
import { createLive } from '../report/live.ts';
import { evaluationTable } from '../report/table.ts';
import { startEngine } from '../run/engine.ts';
import { adapterOf } from './adapter-option.ts';
import { localModel } from '../run/local-model.ts';
import { loadModelProcessor, noteGeneration } from '../run/prepare.ts';
import { promptLimit } from '../run/prompt-limit.ts';
import { writeWhole } from '../run/write-json.ts';
import { loadAssets, suite, type Split } from '../suite/index.ts';
import type { CommandContext } from '../context.ts';

/** Options of `orsta eval`. */
export interface EvalCommandOptions {
  readonly model: string;
  /** LoRA adapter of the model, in PEFT's layout. */
  readonly adapter?: string;
  /** A file of samples; the suite where absent. */
  readonly data?: string;
  readonly samples: number;
  readonly split: Split;
  /** Responses a sample: 1 is greedy, more are sampled and the best counts. */
  readonly passAt: number;
  readonly maxNewTokens: number;
  readonly maxPromptTokens?: number;
  readonly maxPixels?: number;
  readonly ranks: number;
  readonly seed: number;
  readonly plugins?: readonly string[];
  readonly json?: boolean;
  /** Gets every response, one line of JSON each. */
  readonly out?: string;
}

/** Evaluates a model on the suite's held-out split or on a file, and prints a table or JSON. */
export async function evalCommand(options: EvalCommandOptions, context: CommandContext): Promise<void> {
  const path = await localModel(options.model, context);
  const processor = withMaxPixels(await loadModelProcessor(path), options.maxPixels);
  noteGeneration(processor, context.notice);
  const images = createImageLoader({ processor: processor.config });
  const items = await loadItems(options, { context, images, processor });
  const registry = await loadRegistry(options.plugins ?? [], context.cwd);
  const { engine, backend } = await startEngine(
    { model: { path, ...adapterOf(options, context) }, frozen: [], engine: { ranks: options.ranks, tokensPerMicroBatch: 4096 } },
    processor,
  );
  const live = createLive({ ...context, output: options.json === true ? context.notice : context.output });
  try {
    const found = await evaluatePolicy({
      engine,
      processor,
      items,
      reward: { registry, images },
      maxNewTokens: options.maxNewTokens,
      maxPromptTokens: promptLimit(options.maxPromptTokens),
      batchSize: 64,
      responses: options.passAt,
      seed: options.seed,
      onProgress: (done, total) => live.progress('evaluating', done, total),
      signal: context.signal,
    });
    if (found === null) return;
    if (options.out !== undefined) await writeResponses(resolve(context.cwd, options.out), found.responses);
    const summary = summarize(found.samples);
    if (options.json === true) {
      context.output(
        `${JSON.stringify({ model: path, data: options.data ?? `suite:${options.split}`, responses: options.passAt, failed: found.failed, seconds: found.seconds, ...summary }, undefined, 2)}\n`,
      );
      return;
    }
    const mode = options.passAt === 1 ? 'greedy' : `best of ${String(options.passAt)} at temperature 1`;
    live.line(
      `${path} on ${backend.name}, ${String(found.samples.length)} samples, ${mode}, ${found.seconds.toFixed(0)} s; percent\n\n${evaluationTable(summary)}`,
    );
    if (found.failed > 0) live.line(`${String(found.failed)} responses had no score and are left out.`);
  } finally {
    await engine.close();
  }
}

function writeResponses(path: string, responses: readonly EvaluatedResponse[]): Promise<void> {
  return writeWhole(path, responses.map((response) => `${JSON.stringify(response)}\n`).join('')).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'invalid_data',
      `${path} cannot be written: ${reason}. Name a file in a folder that is there, on a disk with room, for --out.`,
      { cause },
    );
  });
}

async function loadItems(
  options: EvalCommandOptions,
  given: { context: CommandContext; images: ReturnType<typeof createImageLoader>; processor: Processor },
): Promise<HeldOut> {
  if (options.data !== undefined)
    return heldOutFiles([resolve(given.context.cwd, options.data)], { images: given.images, samplesPerTask: options.samples });
  if (options.split === 'train')
    throw new OrstaError('usage', 'The split train is not held out. Use test, or validation for choosing settings.');
  return heldOutSuite(await loadAssets(), { tasks: suite.map(({ name }) => name), split: options.split, samplesPerTask: options.samples });
}
