/**
 * Samples of JSONL files for training: each file in a seeded shuffle a pass, the files mixed by their weights. Samples without their images
 * stay in memory; decoded images are kept up to a bound, the rest is read again when it comes up.
 */
import { readJsonl, createMix, type Sample } from '@vtriune/format';
import { at } from '@vtriune/format/at';
import type { SampleSource, TrainingItem } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { HeldOut } from '../evaluation/held-out.ts';
import type { JsonlSettings } from '../recipe/recipe.ts';
import type { ImageLoader } from './image-loader.ts';

/** A sample and the file it came from, which its image paths are relative to. */
export interface LocatedSample {
  readonly sample: Sample;
  readonly file: string;
}

/** Reads the training files of a recipe. Throws `invalid_data` where one has no samples. */
export async function jsonlSource(settings: JsonlSettings, images: ImageLoader): Promise<SampleSource> {
  const files = await Promise.all(settings.files.map(async ({ path, weight }) => ({ path, weight, samples: await readSamples(path) })));
  const samples = Object.fromEntries(files.map((file) => [file.path, file.samples]));
  const mix = createMix(samples, Object.fromEntries(files.map((file) => [file.path, file.weight ?? file.samples.length])), settings.seed);
  return {
    at: (index) => {
      if (mix.position !== index) mix.seek(index);
      return loadItem(mix.next().item, images);
    },
  };
}

/** All samples of a file. Throws `invalid_data` where there is none. */
export async function readSamples(path: string): Promise<LocatedSample[]> {
  const samples: LocatedSample[] = [];
  for await (const sample of readJsonl(path)) samples.push({ sample, file: path });
  if (samples.length === 0) throw new OrstaError('invalid_data', `${path} has no samples; it needs one JSON object a line.`);
  return samples;
}

/** Up to `samplesPerTask` samples of each ability, spread evenly over each file, in file order. */
export async function heldOutFiles(files: readonly string[], options: { images: ImageLoader; samplesPerTask: number }): Promise<HeldOut> {
  const all = (await Promise.all(files.map(readSamples))).flat();
  const abilities = [...new Set(all.map(({ sample }) => sample.ability))];
  const chosen = abilities.flatMap((ability) =>
    spread(
      all.filter(({ sample }) => sample.ability === ability),
      options.samplesPerTask,
    ),
  );
  return { count: chosen.length, at: (index) => loadItem(at(chosen, index), options.images) };
}

function spread<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)]).filter(
    (item) => item !== undefined,
  );
}

async function loadItem({ sample, file }: LocatedSample, images: ImageLoader): Promise<TrainingItem> {
  return { sample, images: await Promise.all(sample.images.map((image) => images.load(image, file))) };
}
