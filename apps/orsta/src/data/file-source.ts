/**
 * Samples of data files, JSON lines or Parquet, for training: each file in a seeded shuffle a pass, the files mixed by their weights.
 * Samples without their images stay in memory; decoded images are kept up to a bound, the rest is read again when it comes up.
 */
import { parse } from 'node:path';
import { createMix, FormatError, readSamples as samplesOf, type Sample } from '@vtriune/format';
import { at } from '@vtriune/format/at';
import type { SampleSource, TrainingItem } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { HeldOut } from '../evaluation/held-out.ts';
import type { FileSettings } from '../recipe/recipe.ts';
import { ask, type AskSettings } from './ask.ts';
import { expandFiles } from './expand-files.ts';
import type { ImageLoader } from './image-loader.ts';

/** A sample and the file it came from, which its image paths are relative to. */
export interface LocatedSample {
  readonly sample: Sample;
  readonly file: string;
}

/** Reads the training files of a recipe. Throws `invalid_data` where one has no samples. */
export async function fileSource(settings: FileSettings, images: ImageLoader): Promise<SampleSource> {
  const files = await Promise.all(settings.files.map(async ({ path, weight }) => ({ path, weight, samples: await readSamples(path) })));
  // A prompt that cannot be asked stops the run here, not at the step that draws it.
  for (const located of files.flatMap((file) => file.samples)) askLocated(located, settings);
  const samples = Object.fromEntries(files.map((file) => [file.path, file.samples]));
  const mix = createMix(samples, Object.fromEntries(files.map((file) => [file.path, file.weight ?? file.samples.length])), settings.seed);
  return {
    at: (index) => {
      if (mix.position !== index) mix.seek(index);
      return loadItem(askLocated(mix.next().item, settings, index), images);
    },
  };
}

/** Asks for the answer as the recipe says. Throws `invalid_data` with sample and file where the prompt asks for a format already. */
function askLocated({ sample, file }: LocatedSample, settings: AskSettings, draw?: number): LocatedSample {
  try {
    return { sample: ask(sample, settings, draw), file };
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new OrstaError(
      'invalid_data',
      `Sample ${sample.extra_info.id} of ${file} cannot be asked with data.prompts=${settings.prompts}: ${cause.message}, with data.prompts=as_is.`,
      { cause },
    );
  }
}

/** All samples of a file, or of the shards that a pattern such as `train-*.parquet` fits. Throws `invalid_data` where there is none. */
export async function readSamples(path: string): Promise<LocatedSample[]> {
  const samples: LocatedSample[] = [];
  for (const file of await expandFiles(path, parse(path).root)) for await (const sample of samplesOf(file)) samples.push({ sample, file });
  if (samples.length === 0) throw new OrstaError('invalid_data', `${path} has no samples; give JSON lines or Parquet with at least one.`);
  return samples;
}

/** Which samples of held-out files are taken, and how they ask; in their own words where `asking` is absent. */
export interface HeldOutFilesOptions {
  readonly images: ImageLoader;
  readonly samplesPerTask: number;
  readonly asking?: AskSettings;
}

/** Up to `samplesPerTask` samples of each ability, spread evenly over each file, in file order. */
export async function heldOutFiles(files: readonly string[], options: HeldOutFilesOptions): Promise<HeldOut> {
  const { asking } = options;
  const read = (await Promise.all(files.map(readSamples))).flat();
  const all = asking === undefined ? read : read.map((located) => askLocated(located, asking));
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
  try {
    return { sample, images: await Promise.all(sample.images.map((image) => images.load(image, file))) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError('invalid_data', `Sample ${sample.extra_info.id} of ${file}: ${reason}`, { cause });
  }
}
