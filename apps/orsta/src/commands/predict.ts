import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { evaluate, withMaxPixels, type ProcessorConfig, type RgbImage } from '@vtriune/trainer';
import type { Sample } from '@vtriune/format';
import type { CommandContext } from '../context.ts';
import { createImageLoader } from '../data/image-loader.ts';
import { OrstaError } from '../errors.ts';
import { boxesOf } from '../picture/sample-cell.ts';
import { COLORS, wrapText, writeSheet } from '../picture/picture.ts';
import { startEngine } from '../run/engine.ts';
import { adapterOf } from './adapter-option.ts';
import { localModel } from '../run/local-model.ts';
import { trainedSide } from '../run/model-facts.ts';
import { loadModelProcessor, noteGeneration } from '../run/prepare.ts';
import { promptLimit } from '../run/prompt-limit.ts';

/** Options of `orsta predict`. */
export interface PredictCommandOptions {
  readonly model: string;
  /** LoRA adapter of the model, in PEFT's layout. */
  readonly adapter?: string;
  readonly image: string;
  readonly prompt: string;
  readonly out?: string;
  readonly maxPixels?: number;
  readonly maxNewTokens: number;
  readonly maxPromptTokens?: number;
}

const SHOWN_SIDE = 640;

/** Asks a model about an image, prints the answer, and writes a PNG with the boxes of the answer. */
export async function predictCommand(options: PredictCommandOptions, context: CommandContext): Promise<void> {
  const image = resolve(context.cwd, options.image);
  if (!existsSync(image)) throw new OrstaError('usage', `There is no image ${image}. Correct --image.`);
  const out = resolve(context.cwd, options.out ?? `${basename(image, extname(image))}-answer.png`);
  const { response, seen, stored } = await answer(options, context, image);
  const scale = { x: stored.width / seen.width, y: stored.height / seen.height };
  const boxes = boxesOf(response).map(({ box: [x1, y1, x2, y2], ...named }) => ({
    ...named,
    box: [x1 * scale.x, y1 * scale.y, x2 * scale.x, y2 * scale.y] as const,
    color: COLORS.answer,
  }));
  const captions = [
    ...wrapText(options.prompt, SHOWN_SIDE, 2).map((text) => ({ text })),
    ...wrapText(response, SHOWN_SIDE, 3).map((text) => ({ text, color: COLORS.answer, bold: true })),
  ];
  await writeSheet([{ image, boxes, captions }], out, { columns: 1, side: SHOWN_SIDE });
  context.output(`${response}\n`);
  context.notice(`${String(boxes.length)} box${boxes.length === 1 ? '' : 'es'} drawn in ${out}\n`);
}

interface Answered {
  readonly response: string;
  /** Size of the image as the model saw it, which its boxes are written in. */
  readonly seen: { readonly width: number; readonly height: number };
  readonly stored: { readonly width: number; readonly height: number };
}

async function answer(options: PredictCommandOptions, context: CommandContext, path: string): Promise<Answered> {
  const model = await localModel(options.model, context);
  const own = await loadModelProcessor(model);
  noteGeneration(own, context.notice);
  const named = { path };
  const stored = await createImageLoader().load(named, path);
  const processor = withMaxPixels(own, options.maxPixels ?? areaWithinSide(stored, own.config));
  const image = await createImageLoader({ processor: processor.config }).load(named, path);
  const { engine } = await startEngine(
    { model: { path: model, ...adapterOf(options, context) }, frozen: [], engine: { ranks: 1, tokensPerMicroBatch: 4096 } },
    processor,
  );
  try {
    const [rollout] = await evaluate({
      engine,
      processor,
      items: [{ sample: sampleOf(options.prompt, path), images: [image] }],
      reward: (rollouts) => Promise.resolve(rollouts.map(() => ({ status: 'scored' as const, reward: 0 }))),
      maxNewTokens: options.maxNewTokens,
      maxPromptTokens: promptLimit(options.maxPromptTokens),
    });
    const [size] = rollout?.prompt.imageSizes ?? [];
    if (rollout === undefined || size === undefined) throw new OrstaError('evaluation_failed', 'The model gave no answer.');
    return {
      response: rollout.response,
      seen: { width: size.resizedWidth, height: size.resizedHeight },
      stored,
    };
  } finally {
    await engine.close();
  }
}

/** Largest area at which no side of the image is longer than those that the model was trained on; undefined where those are not known. */
function areaWithinSide({ width, height }: RgbImage, config: ProcessorConfig): number | undefined {
  const side = trainedSide(config.maxPixels);
  if (side === undefined) return undefined;
  return Math.max(config.minPixels, Math.floor(side ** 2 / Math.max(width / height, height / width)));
}

function sampleOf(prompt: string, path: string): Sample {
  return {
    data_source: 'predict',
    images: [{ path }],
    prompt: [{ role: 'user', content: prompt.includes('<image>') ? prompt : `<image>\n${prompt}` }],
    ability: 'predict',
    reward_model: { verifier: 'text', ground_truth: '' },
    extra_info: { id: 'predict' },
  };
}
