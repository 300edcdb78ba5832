/**
 * The images of rollouts in the run folder, as `images/<digest>.png`. A file is named for its pixels: the same image at two steps is one
 * file, and a resumed run finds the files of the steps that it trains again. Files are renamed into place when complete, before the records
 * that name them are written, so a record never names half an image. What is kept is bounded per step, per image and per run.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedPrompt, RgbImage, TrainingItem } from '@vtriune/trainer';
import { imageFile } from './image-file.ts';
import { writeWhole } from './write-json.ts';

/** What may be kept. */
export interface RolloutImageLimits {
  /** Prompts of each source at one step; 0 keeps no image. */
  readonly perSource: number;
  /** All files together. */
  readonly megabytes: number;
  /** Longer side of a kept image in pixels. */
  readonly maxSide: number;
}

/** An image in the run folder. */
export interface KeptImage {
  /** Relative to the run folder, with forward slashes. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

/** Keeps images of a run's rollouts. */
export interface RolloutImages {
  /** The same samples; the images of each are remembered as long as its sample is in use. */
  remember<Source extends Items>(source: Source): Source;
  /**
   * Writes the images of the first prompts of each source; the other prompts are not in the result. `seen` has how many prompts of each source came
   * before in the step, and is counted on.
   */
  keep(prompts: Iterable<PreparedPrompt>, seen?: Map<string, number>): Promise<ReadonlyMap<PreparedPrompt, readonly KeptImage[]>>;
  /** Writes images that a tool returned; absent where they cannot be kept. Wait for one call before the next: equal images are one file. */
  keepImages(images: readonly RgbImage[]): Promise<readonly KeptImage[] | undefined>;
}

interface Items {
  at(index: number): Promise<TrainingItem>;
}

const FOLDER = 'images';
const FILE = /^[0-9a-f]{24}\.png$/;

/** Opens the images of a run folder. `onProblem` is told once when an image cannot be written, and once when the limit is reached. */
export async function openRolloutImages(
  root: string,
  options: { limits: RolloutImageLimits; onProblem: (message: string) => void },
): Promise<RolloutImages> {
  const { limits } = options;
  const folder = join(root, FOLDER);
  const store: Store = { folder, limits, ...(await filesOf(folder)), report: once(options.onProblem) };
  const pixels = new WeakMap<object, readonly RgbImage[]>();
  return {
    remember: (source) => ({
      ...source,
      at: async (index: number) => {
        // A copy: a source may give out one object again and again, and then its images would be held for ever.
        const { sample, images } = await source.at(index);
        const own = { ...sample };
        pixels.set(own, images);
        return { sample: own, images };
      },
    }),
    keepImages: (images) => keepAll(store, images),
    keep: async (prompts, seen = new Map()) => {
      const kept = new Map<PreparedPrompt, readonly KeptImage[]>();
      for (const prompt of firstOfEachSource(prompts, { seen, most: limits.perSource })) {
        const files = await keepAll(store, pixels.get(prompt.sample));
        if (files !== undefined) kept.set(prompt, files);
      }
      return kept;
    },
  };
}

interface Store {
  readonly folder: string;
  readonly limits: RolloutImageLimits;
  readonly names: Set<string>;
  bytes: number;
  readonly report: (kind: string, message: string) => void;
}

/** The files that are whole; what a killed process left half written is deleted. */
async function filesOf(folder: string): Promise<Pick<Store, 'names' | 'bytes'>> {
  const names = new Set<string>();
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (FILE.test(name)) {
      names.add(name);
      bytes += (await stat(path)).size;
    } else await rm(path, { recursive: true, force: true });
  }
  return { names, bytes };
}

function firstOfEachSource(
  prompts: Iterable<PreparedPrompt>,
  { seen: counts, most }: { seen: Map<string, number>; most: number },
): PreparedPrompt[] {
  return [...new Set(prompts)].filter(({ sample: { data_source } }) => {
    const before = counts.get(data_source) ?? 0;
    counts.set(data_source, before + 1);
    return before < most;
  });
}

async function keepAll(store: Store, images: readonly RgbImage[] | undefined): Promise<KeptImage[] | undefined> {
  if (images === undefined || images.length === 0) return undefined;
  const kept: KeptImage[] = [];
  for (const image of images) {
    const file = await keepImage(store, image);
    if (file === undefined) return undefined;
    kept.push(file);
  }
  return kept;
}

async function keepImage(store: Store, image: RgbImage): Promise<KeptImage | undefined> {
  const { folder, limits, names, report } = store;
  const { name, width, height, encode } = imageFile(image, limits.maxSide);
  const kept = { path: `${FOLDER}/${name}`, width, height };
  if (names.has(name)) return kept;
  try {
    const png = await encode();
    if (store.bytes + png.length > limits.megabytes * 2 ** 20) {
      report(
        'full',
        `the images of rollouts have reached rolloutImages.megabytes = ${String(limits.megabytes)}; further ones are not kept`,
      );
      return undefined;
    }
    if (names.size === 0) await mkdir(folder, { recursive: true });
    await writeWhole(join(folder, name), png);
    names.add(name);
    store.bytes += png.length;
    return kept;
  } catch (error) {
    report('failed', `images of rollouts cannot be written to ${folder}: ${String(error)}; training goes on without them`);
    return undefined;
  }
}

function once(report: (message: string) => void): Store['report'] {
  const said = new Set<string>();
  return (kind, message) => {
    if (said.has(kind)) return;
    said.add(kind);
    report(message);
  };
}
