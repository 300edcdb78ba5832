/**
 * From a folder of labeled images to a training set: `train.jsonl` and `test.jsonl`, a recipe with settings that fit the data and the model,
 * and a contact sheet to check both by eye. The images stay where they are.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { writeJsonl, type Sample } from '@vtriune/format';
import { renamedImages, type Renames } from '../data/rename-labels.ts';
import { OrstaError } from '../errors.ts';
import { sampleCell } from '../picture/sample-cell.ts';
import { writeSheet } from '../picture/picture.ts';
import { checkImages } from './check-images.ts';
import { makeRecipe } from './make-recipe.ts';
import { makeSamples } from './make-samples.ts';
import { readLabels, type LabelFormat } from './read-labels.ts';

/** What `initialize` works on. */
export interface InitOptions {
  /** Folder of the images. */
  readonly folder: string;
  /** File or folder of the labels; found in `folder` where absent. */
  readonly labels?: string;
  readonly out: string;
  /** Model folder to train from. */
  readonly model: string;
  readonly name: string;
  /** Replace the files of an earlier `orsta init`. */
  readonly force: boolean;
  /** Names of classes that the model knows, by those of the labels. */
  readonly renames?: Renames;
}

/** What was made. */
export interface InitResult {
  readonly format: LabelFormat;
  readonly images: number;
  readonly train: number;
  readonly test: number;
  readonly recipe: string;
  readonly sheet: string;
  /** What was repaired or left out. */
  readonly warnings: readonly string[];
}

const SHEET_CELLS = 24;

/** Writes the training set, the recipe and the contact sheet. Throws `invalid_data` and `usage`. */
export async function initialize(options: InitOptions): Promise<InitResult> {
  const { folder, out, name } = options;
  const recipe = join(out, `${name}.yaml`);
  if (!options.force && existsSync(recipe))
    throw new OrstaError('usage', `${recipe} is there already. Use --force to replace it, or another --out or --name.`);
  const { format, images, warnings } = await readLabels(folder, options.labels);
  if (images.length === 0) throw new OrstaError('invalid_data', `The labels of ${folder} name no image. Add one line an image.`);
  const { aspect } = await checkImages(folder, images);
  const samples = makeSamples(renamedImages(images, options.renames), { source: name, imageFolder: slashes(relative(out, folder)) });
  refuseTooFew(samples.train.length, samples.test.length);
  await mkdir(out, { recursive: true });
  await writeJsonl(join(out, 'train.jsonl'), samples.train);
  await writeJsonl(join(out, 'test.jsonl'), samples.test);
  const modelPixels = await pixelsOf(options.model);
  await writeFile(recipe, makeRecipe({ name, model: options.model, modelPixels, aspect, samples }));
  const sheet = join(out, 'samples.png');
  const shown = spread([...samples.train, ...samples.test], SHEET_CELLS);
  await writeSheet(
    shown.map((sample) => sampleCell(sample, out)),
    sheet,
    { columns: 6, side: 200 },
  );
  return {
    format,
    images: new Set(images.map(({ image }) => image)).size,
    train: samples.train.length,
    test: samples.test.length,
    recipe,
    sheet,
    warnings,
  };
}

/** A name for a data set from the name of its folder. */
export function nameOf(folder: string): string {
  return (
    basename(resolve(folder))
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '') || 'mine'
  );
}

function refuseTooFew(train: number, test: number): void {
  if (train > 0 && test > 0) return;
  throw new OrstaError('invalid_data', `${String(train + test)} samples are too few: of five images one is held out. Label at least five.`);
}

async function pixelsOf(model: string): Promise<number> {
  const path = join(model, 'preprocessor_config.json');
  try {
    const { max_pixels, size } = JSON.parse(await readFile(path, 'utf8')) as { max_pixels?: number; size?: { longest_edge?: number } };
    return max_pixels ?? size?.longest_edge ?? Infinity;
  } catch (cause) {
    throw new OrstaError(
      'usage',
      `${model} is not a model folder: ${path} cannot be read. Give --model a folder in the Hugging Face layout.`,
      { cause },
    );
  }
}

function spread(samples: readonly Sample[], count: number): Sample[] {
  return samples.filter((_, index) => Math.floor((index * count) / samples.length) !== Math.floor(((index - 1) * count) / samples.length));
}

function slashes(path: string): string {
  return path.split(sep).join('/');
}
