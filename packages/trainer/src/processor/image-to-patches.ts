// From pixels to the rows that the vision encoder reads, as Qwen2VLImageProcessor of Hugging Face transformers on its Pillow back end.
// Patches come in the order in which they are merged: all patches of one merge square, square after square. Left out: video.
import { at } from '@vtriune/format/at';
import { TrainerError } from '../errors.ts';
import type { ProcessorConfig } from './processor-config.ts';
import { resizeBicubic } from './resize-bicubic.ts';
import type { RgbImage } from './rgb-image.ts';
import { smartResize } from './smart-resize.ts';

const CHANNELS = 3;

/** How many patches an image has: frames, rows, columns. */
export type GridThw = readonly [frames: number, rows: number, columns: number];

/** One image, cut up. */
export interface ImagePatches {
  /** `[frames * rows * columns, channels * temporalPatchSize * patchSize * patchSize]`, row-major. */
  readonly patches: Float32Array;
  readonly grid: GridThw;
}

/**
 * Resizes an image as the configuration asks (not at all where it is `fitted` or its size is right), normalizes it and cuts it into patches.
 * Equal to the Python processor to the last bit of float32. Throws `invalid_image` for a size the configuration does not allow.
 */
export function imageToPatches(image: RgbImage, config: ProcessorConfig): ImagePatches {
  checkData(image);
  const { width, height } = targetSize(image, image.fitted === true ? { ...config, doResize: false } : config);
  const resized = resizeBicubic(image, width, height);
  const grid: GridThw = [1, height / config.patchSize, width / config.patchSize];
  return { patches: cutPatches(resized, config), grid };
}

/** The size in pixels at which the model sees an image of this size. */
export function targetSize(size: { width: number; height: number }, config: ProcessorConfig): { width: number; height: number } {
  const { width, height } = size;
  const factor = config.patchSize * config.mergeSize;
  if (config.doResize) return smartResize({ height, width, factor, minPixels: config.minPixels, maxPixels: config.maxPixels });
  if (width % factor === 0 && height % factor === 0 && width > 0 && height > 0) return { width, height };
  throw new TrainerError(
    'invalid_image',
    `an image of ${width}x${height} pixels cannot be cut into patches: both sides must be multiples of ${factor} ` +
      'where do_resize is false; resize it first, or set do_resize to true',
  );
}

function checkData({ width, height, data }: RgbImage): void {
  if (data.length === width * height * CHANNELS) return;
  throw new TrainerError(
    'invalid_image',
    `an image of ${width}x${height} pixels came with ${data.length} bytes; ${width * height * CHANNELS} are needed ` +
      '(red, green, blue for each pixel): convert it to RGB first',
  );
}

function cutPatches(image: RgbImage, config: ProcessorConfig): Float32Array {
  const { patchSize, temporalPatchSize, mergeSize } = config;
  const tables = normalizationTables(config);
  const frame = patchSize * patchSize;
  const patches = new Float32Array(image.width * image.height * CHANNELS * temporalPatchSize);
  let to = 0;
  for (const corner of patchCorners(image, { patchSize, mergeSize })) {
    for (const [channel, table] of tables.entries()) {
      copyPatch({ image, offset: corner * CHANNELS + channel, table, patchSize }, patches, to);
      for (let repeat = 1; repeat < temporalPatchSize; repeat++) patches.copyWithin(to + repeat * frame, to, to + frame);
      to += temporalPatchSize * frame;
    }
  }
  return patches;
}

/** Pixel indices of the patches' upper left corners, merge square after merge square, row by row in each. */
export function* patchCorners(image: RgbImage, { patchSize, mergeSize }: { patchSize: number; mergeSize: number }): Generator<number> {
  const square = patchSize * mergeSize;
  for (let top = 0; top < image.height; top += square) {
    for (let left = 0; left < image.width; left += square) {
      for (let y = top; y < top + square; y += patchSize) {
        for (let x = left; x < left + square; x += patchSize) yield y * image.width + x;
      }
    }
  }
}

interface PatchSource {
  readonly image: RgbImage;
  /** Index in `image.data` of the patch's first value. */
  readonly offset: number;
  readonly table: Float32Array;
  readonly patchSize: number;
}

function copyPatch({ image, offset, table, patchSize }: PatchSource, patches: Float32Array, start: number): void {
  const rowLength = image.width * CHANNELS;
  const source = image.data;
  let to = start;
  for (let y = 0; y < patchSize; y++) {
    let from = offset + y * rowLength;
    for (let x = 0; x < patchSize; x++, from += CHANNELS) patches[to++] = table[source[from]!]!;
  }
}

/** What each of the 256 bytes becomes, for each channel, rounded to float32 after each step as NumPy does. */
export function normalizationTables(config: ProcessorConfig): Float32Array[] {
  return Array.from({ length: CHANNELS }, (_, channel) => {
    const mean = Math.fround(at(config.imageMean, channel));
    const deviation = Math.fround(at(config.imageStd, channel));
    return Float32Array.from({ length: 256 }, (_, byte) => {
      const scaled = config.doRescale ? Math.fround(byte * config.rescaleFactor) : byte;
      return config.doNormalize ? Math.fround(scaled - mean) / deviation : scaled;
    });
  });
}
