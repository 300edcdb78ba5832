/**
 * Samples of data files, JSON lines or Parquet, for training: each file in a seeded shuffle a pass, the files mixed by their weights.
 * Samples without their images stay in memory; decoded images are kept up to a bound, the rest is read again when it comes up.
 */
import { parse } from 'node:path';
import { createMix, FormatError, readRecords, type Sample } from '@vtriune/format';
import { at } from '@vtriune/format/at';
import type { SampleSource, TrainingItem } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';
import type { HeldOut } from '../evaluation/held-out.ts';
import type { FileSettings } from '../recipe/recipe.ts';
import { ask, type AskSettings } from './ask.ts';
import { controlTokenIn } from './control-tokens.ts';
import { expandFiles } from './expand-files.ts';
import type { ImageLoader } from './image-loader.ts';

/** A sample and the file it came from, which its image paths are relative to. */
export interface LocatedSample {
  readonly sample: Sample;
  readonly file: string;
}

/** A sample with its line or row too, for messages. */
interface PlacedSample extends LocatedSample {
  readonly location: string;
}

/** Reads the training files of a recipe. Throws `invalid_data` where one has no samples. */
export async function fileSource(settings: FileSettings, images: ImageLoader): Promise<SampleSource> {
  const files = await Promise.all(settings.files.map(async ({ path, weight }) => ({ path, weight, samples: await readPrompts(path) })));
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
function askLocated(located: PlacedSample, settings: AskSettings, draw?: number): PlacedSample {
  try {
    return { ...located, sample: ask(located.sample, settings, draw) };
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw sampleError(located, `it cannot be asked with data.prompts=${settings.prompts}: ${cause.message}, with data.prompts=as_is.`, {
      cause,
    });
  }
}

/** All samples of a file, or of the shards that a pattern such as `train-*.parquet` fits. Throws `invalid_data` where there is none. */
export async function readSamples(path: string): Promise<PlacedSample[]> {
  const samples: PlacedSample[] = [];
  for (const file of await expandFiles(path, parse(path).root))
    for await (const record of readRecords(file)) samples.push({ sample: record.sample(), file, location: record.location });
  if (samples.length === 0) throw new OrstaError('invalid_data', `${path} has no samples; give JSON lines or Parquet with at least one.`);
  return samples;
}

/** Samples that a model is to be asked. Throws `invalid_data` with file and line where a prompt holds a control token. */
async function readPrompts(path: string): Promise<PlacedSample[]> {
  const samples = await readSamples(path);
  for (const located of samples) {
    const problem = controlTokenIn(located.sample);
    if (problem !== undefined) throw sampleError(located, problem);
  }
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
  const read = (await Promise.all(files.map(readPrompts))).flat();
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

async function loadItem(located: PlacedSample, images: ImageLoader): Promise<TrainingItem> {
  const { sample, file } = located;
  try {
    return { sample, images: await Promise.all(sample.images.map((image) => images.load(image, file))) };
  } catch (cause) {
    throw sampleError(located, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function sampleError({ sample, location }: PlacedSample, problem: string, options?: ErrorOptions): OrstaError {
  return new OrstaError('invalid_data', `${location}: sample ${JSON.stringify(sample.extra_info.id)}: ${problem}`, options);
}
