// The one place where text and images meet: each image's mark becomes as many image-pad tokens as the model will see visual tokens.
// What `Qwen2_5_VLProcessor` does, without video and without batches (a batch is the trainer's affair).
import { at } from '@vtriune/format/at';
import { TrainerError } from '../errors.ts';
import { readGenerationConfig, type GenerationConfig } from '../rollout/generation-config.ts';
import { toParts } from '../tokenizer/chat.ts';
import type { ChatMessage } from '../tokenizer/chat.ts';
import { loadTokenizer } from '../tokenizer/tokenizer.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { imageToPatches } from './image-to-patches.ts';
import type { GridThw, ImagePatches } from './image-to-patches.ts';
import { readProcessorConfig } from './processor-config.ts';
import type { ProcessorConfig } from './processor-config.ts';
import type { RgbImage } from './rgb-image.ts';

/** A conversation and its pictures, in the order of the `<image>` marks. */
export interface ProcessorInput {
  readonly messages: readonly ChatMessage[];
  readonly images: readonly RgbImage[];
  /** Whether the text ends where the assistant is to go on. */
  readonly addGenerationPrompt: boolean;
}

/** An image's size as given and as the model sees it, in pixels. */
export interface ProcessedSize {
  readonly width: number;
  readonly height: number;
  readonly resizedWidth: number;
  readonly resizedHeight: number;
}

/** What the model reads. */
export interface ProcessedPrompt {
  /** One image-pad id for each visual token. */
  readonly tokenIds: number[];
  /** All images' patches, one below the other: `[sum of frames * rows * columns, patch values]`, row-major. */
  readonly patches: Float32Array;
  /** One an image. */
  readonly grids: readonly GridThw[];
  readonly imageSizes: readonly ProcessedSize[];
}

/** Turns messages and images into token ids and patches; `Qwen2_5_VLProcessor` without video. */
export interface Processor {
  readonly tokenizer: Tokenizer;
  readonly config: ProcessorConfig;
  /** What `generation_config.json` says about generation. */
  readonly generation: GenerationConfig;
  /** Throws `invalid_image` where marks and images differ in number, or an image has a size that is not allowed. */
  process(input: ProcessorInput): ProcessedPrompt;
}

/** Reads what a checkpoint's folder has beside weights: the tokenizer's files, `preprocessor_config.json` and `generation_config.json`. */
export async function loadProcessor(folder: string): Promise<Processor> {
  const [tokenizer, config, generation] = await Promise.all([
    loadTokenizer(folder),
    readProcessorConfig(folder),
    readGenerationConfig(folder),
  ]);
  return { tokenizer, config, generation, process: (input) => processPrompt(tokenizer, config, input) };
}

/** The processor with a lower limit for the area of an image, where one is given. The least area of its configuration holds in any case. */
export function withMaxPixels(processor: Processor, maxPixels: number | undefined): Processor {
  const { tokenizer, config: own } = processor;
  if (maxPixels === undefined || maxPixels >= own.maxPixels) return processor;
  const config = { ...own, maxPixels: Math.max(own.minPixels, maxPixels) };
  return { ...processor, config, process: (input) => processPrompt(tokenizer, config, input) };
}

function processPrompt(tokenizer: Tokenizer, config: ProcessorConfig, input: ProcessorInput): ProcessedPrompt {
  const { messages, images, addGenerationPrompt } = input;
  checkMarks(messages, images);
  const cut = images.map((image) => imageToPatches(image, config));
  const ids = tokenizer.encode(tokenizer.applyChatTemplate(messages, { addGenerationPrompt }));
  const tokenCounts = cut.map(({ grid }) => (grid[0] * grid[1] * grid[2]) / config.mergeSize ** 2);
  return {
    tokenIds: expandImagePads(ids, tokenCounts, tokenizer.specialIds.imagePad),
    patches: joinPatches(cut),
    grids: cut.map(({ grid }) => grid),
    imageSizes: images.map(({ width, height }, index) => {
      const [, rows, columns] = at(cut, index).grid;
      return { width, height, resizedWidth: columns * config.patchSize, resizedHeight: rows * config.patchSize };
    }),
  };
}

function checkMarks(messages: readonly ChatMessage[], images: readonly RgbImage[]): void {
  const marks = messages.flatMap(({ content }) => toParts(content)).filter(({ type }) => type === 'image').length;
  if (marks === images.length) return;
  throw new TrainerError(
    'invalid_image',
    `the messages have ${marks} <image> mark(s) but ${images.length} image(s) came with them; ` +
      'the numbers must be equal: add the missing images, or put one <image> into the text where each image belongs',
  );
}

function expandImagePads(ids: readonly number[], tokenCounts: readonly number[], imagePad: number): number[] {
  const pads = ids.filter((id) => id === imagePad).length;
  if (pads !== tokenCounts.length) {
    throw new TrainerError(
      'invalid_image',
      `the rendered prompt has ${pads} image-pad token(s) for ${tokenCounts.length} image(s); each image needs exactly one: ` +
        'take <|image_pad|> out of the text, and check that the chat template writes one for each image',
    );
  }
  let image = 0;
  return ids.flatMap((id) => (id === imagePad ? Array<number>(at(tokenCounts, image++)).fill(id) : [id]));
}

function joinPatches(cut: readonly ImagePatches[]): Float32Array {
  const [only] = cut;
  if (only && cut.length === 1) return only.patches;
  const joined = new Float32Array(cut.reduce((length, { patches }) => length + patches.length, 0));
  let offset = 0;
  for (const { patches } of cut) {
    joined.set(patches, offset);
    offset += patches.length;
  }
  return joined;
}
