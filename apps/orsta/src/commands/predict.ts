import { existsSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { evaluate, withMaxPixels, type ProcessorConfig, type RgbImage, type Rollout } from '@vtriune/trainer';
import type { Sample } from '@vtriune/format';
import type { CommandContext } from '../context.ts';
import { createImageLoader } from '../data/image-loader.ts';
import { OrstaError } from '../errors.ts';
import { boxesOf } from '../picture/sample-cell.ts';
import { COLORS, wrapText, writeSheet } from '../picture/picture.ts';
import { toolCells, turnLines } from '../picture/tool-turns.ts';
import { askedModel, type AskOptions } from '../run/asked-model.ts';
import { startEngine } from '../run/engine.ts';
import { trainedSide } from '../run/model-facts.ts';
import { loadModelProcessor, noteGeneration } from '../run/prepare.ts';

/** Options of `orsta predict`. */
export interface PredictCommandOptions extends AskOptions {
  readonly image: string;
  readonly prompt: string;
  readonly out?: string;
}

/** Longest response where neither an option nor a run says it. */
const MAX_NEW_TOKENS = 64;
const SHOWN_SIDE = 640;
/** Pictures in a row, where tools showed some. */
const COLUMNS = 3;

/** Asks a model about an image, prints the answer, and writes a PNG with the boxes of the answer and with what tools showed. */
export async function predictCommand(options: PredictCommandOptions, context: CommandContext): Promise<void> {
  const image = resolve(context.cwd, options.image);
  if (!existsSync(image)) throw new OrstaError('usage', `There is no image ${image}. Correct --image.`);
  const out = resolve(context.cwd, options.out ?? `${basename(image, extname(image))}-answer.png`);
  const { rollout, seen, stored } = await answer(options, context, image);
  const { response, trajectory } = rollout;
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
  const cells = [{ image, boxes, captions }, ...toolCells(trajectory, SHOWN_SIDE)];
  await writeSheet(cells, out, { columns: Math.min(cells.length, COLUMNS), side: SHOWN_SIDE });
  for (const line of turnLines(trajectory)) context.notice(`${line}\n`);
  context.output(`${response}\n`);
  context.notice(`${String(boxes.length)} box${boxes.length === 1 ? '' : 'es'} drawn in ${out}\n`);
}

interface Answered {
  readonly rollout: Rollout;
  /** Size of the image as the model saw it, which its boxes are written in. */
  readonly seen: { readonly width: number; readonly height: number };
  readonly stored: { readonly width: number; readonly height: number };
}

async function answer(options: PredictCommandOptions, context: CommandContext, path: string): Promise<Answered> {
  const { model, maxPixels, ...asking } = await askedModel(options, context, { maxNewTokens: MAX_NEW_TOKENS });
  const own = await loadModelProcessor(model.path);
  noteGeneration(own, context.notice);
  const named = { path };
  const stored = await createImageLoader().load(named, path);
  const processor = withMaxPixels(own, maxPixels ?? areaWithinSide(stored, own.config));
  // Tools look at images as they are stored.
  const image = asking.tools === undefined ? await createImageLoader({ processor: processor.config }).load(named, path) : stored;
  const { engine } = await startEngine({ model, frozen: [], engine: { ranks: 1, tokensPerMicroBatch: 4096 } }, processor);
  try {
    const [rollout] = await evaluate({
      engine,
      processor,
      items: [{ sample: sampleOf(options.prompt, path), images: [image] }],
      reward: (rollouts) => Promise.resolve(rollouts.map(() => ({ status: 'scored' as const, reward: 0 }))),
      ...asking,
    });
    const [size] = rollout?.prompt.imageSizes ?? [];
    if (rollout === undefined || size === undefined) throw new OrstaError('evaluation_failed', 'The model gave no answer.');
    return { rollout, seen: { width: size.resizedWidth, height: size.resizedHeight }, stored };
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
