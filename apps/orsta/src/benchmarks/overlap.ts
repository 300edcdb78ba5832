/**
 * Images of a benchmark that are among those of a training set, found by perceptual hash: the same picture in another size, format or compression has the same or nearly the same 64 bits.
 * Crops, flips and turned pictures are not found, and pictures with little in them may look alike without being the same, so that pairs are to be looked at.
 */
import phash from 'sharp-phash';
import { imageBytes } from './ask/prompt-parts.ts';
import type { Benchmark, QuestionImage } from './contract.ts';

/** An image and what it is called in the report. */
export interface NamedImage {
  readonly name: string;
  readonly image: QuestionImage;
}

/** A test image and the training image that it resembles most. */
export interface OverlapPair {
  readonly test: string;
  readonly train: string;
  /** Bits of 64 that differ. */
  readonly distance: number;
}

/** What was found. */
export interface Overlap {
  readonly testImages: number;
  readonly trainImages: number;
  readonly pairs: readonly OverlapPair[];
}

interface Hashed {
  readonly name: string;
  readonly high: number;
  readonly low: number;
}

/** 64 bits of an encoded image, as two numbers of 32. */
export async function perceptualHash(image: QuestionImage): Promise<{ high: number; low: number }> {
  const bits = await phash(Buffer.from(await imageBytes(image)));
  return { high: parseInt(bits.slice(0, 32), 2), low: parseInt(bits.slice(32), 2) };
}

/** Each test image with its nearest training image, where at most `distance` bits differ. */
export async function findOverlap(
  train: AsyncIterable<NamedImage>,
  test: AsyncIterable<NamedImage>,
  options: { readonly distance: number; readonly onProgress?: (images: number) => void },
): Promise<Overlap> {
  const known: Hashed[] = [];
  let done = 0;
  const hash = async ({ name, image }: NamedImage): Promise<Hashed> => {
    const hashed = { name, ...(await perceptualHash(image)) };
    options.onProgress?.(++done);
    return hashed;
  };
  for await (const image of train) known.push(await hash(image));
  const pairs: OverlapPair[] = [];
  let testImages = 0;
  for await (const image of test) {
    testImages += 1;
    const nearest = nearestOf(await hash(image), known);
    if (nearest !== undefined && nearest.distance <= options.distance) pairs.push(nearest);
  }
  return { testImages, trainImages: known.length, pairs };
}

/** Images of the questions of a benchmark. */
export async function* imagesOfBenchmark(benchmark: Benchmark, data: string): AsyncGenerator<NamedImage> {
  for await (const { id, images } of benchmark.read(data, { images: true }))
    for (const [index, image] of images.entries()) yield { name: images.length === 1 ? id : `${id}, image ${String(index + 1)}`, image };
}

function nearestOf(own: Hashed, known: readonly Hashed[]): OverlapPair | undefined {
  let best: OverlapPair | undefined;
  for (const other of known) {
    const distance = ones(own.high ^ other.high) + ones(own.low ^ other.low);
    if (best === undefined || distance < best.distance) best = { test: own.name, train: other.name, distance };
  }
  return best;
}

function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The pairs as plain text. */
export function overlapTable({ testImages, trainImages, pairs }: Overlap): string {
  const share = testImages === 0 ? 0 : (100 * pairs.length) / testImages;
  const lines = pairs.map(({ test, train, distance }) => `  ${String(distance).padStart(2)} bits  ${test}  ~  ${train}`);
  return `${String(pairs.length)} of ${String(testImages)} test images (${share.toFixed(1)} %) resemble one of ${String(trainImages)} training images\n${lines.join('\n')}${lines.length === 0 ? '' : '\n'}`;
}
