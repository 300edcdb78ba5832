/** Measures a set of samples: counts, and the distributions that show at a glance what is wrong with it. */
import { dirname, resolve } from 'node:path';
import { readSamples, sampleStats, truthText, type Sample, type SampleStats } from '@vtriune/format';
import sharp from 'sharp';
import { boxesOf } from '../picture/sample-cell.ts';
import type { LocatedSample } from './file-source.ts';

/** Values that were counted into bins. */
export interface Distribution {
  readonly name: string;
  /** `from` is included, `to` is not; the last bin has no end. */
  readonly bins: readonly { readonly from: number; readonly to: number | null; readonly count: number }[];
}

/** Everything that `orsta data stats` says. */
export interface SetMeasures extends SampleStats {
  /** Images that could not be read; their size is in no distribution. */
  readonly unreadableImages: number;
  readonly distributions: readonly Distribution[];
}

const EDGES = {
  'characters of a question': [0, 50, 100, 200, 400, 800, 1600],
  'characters of an answer': [0, 2, 5, 10, 20, 50, 100, 400],
  'boxes of a sample': [0, 1, 2, 3, 5, 10, 20],
  'longer side of an image in pixels': [0, 128, 256, 512, 1024, 2048, 4096],
  'aspect of an image': [1, 1.25, 1.5, 2, 3, 5],
} as const;
type Measure = keyof typeof EDGES;

/** Measures all samples of files in one pass; `onSample` may keep some of them, for thumbnails. */
export async function measureSet(
  files: readonly string[],
  onSample: (located: LocatedSample, index: number) => void,
): Promise<SetMeasures> {
  const counts = Object.fromEntries(Object.entries(EDGES).map(([name, edges]) => [name, edges.map(() => 0)])) as Record<Measure, number[]>;
  let unreadable = 0;
  const measured = async function* (): AsyncGenerator<Sample> {
    let index = 0;
    for (const file of files)
      for await (const sample of readSamples(file)) {
        onSample({ sample, file }, index);
        index += 1;
        for (const [name, value] of measuresOf(sample)) add(counts, name, value);
        for (const size of await sizesOf({ sample, file })) {
          if (size === undefined) unreadable += 1;
          else for (const [name, value] of shapeOf(size)) add(counts, name, value);
        }
        yield sample;
      }
  };
  const stats = await sampleStats(measured());
  const distributions = (Object.entries(EDGES) as [Measure, readonly number[]][]).map(([name, edges]) => ({
    name,
    bins: edges.map((from, place) => ({ from, to: edges[place + 1] ?? null, count: counts[name][place]! })),
  }));
  return { ...stats, unreadableImages: unreadable, distributions };
}

function measuresOf(sample: Sample): [Measure, number][] {
  const truth = truthText(sample.reward_model.ground_truth);
  const asksBoxes = ['detection', 'grounding'].includes(String(sample.reward_model.verifier));
  return [
    ['characters of a question', sample.prompt.reduce((sum, { content }) => sum + content.length, 0)],
    ...(asksBoxes
      ? [['boxes of a sample', boxesOf(truth).length] as [Measure, number]]
      : [['characters of an answer', truth.length] as [Measure, number]]),
  ];
}

function shapeOf({ width, height }: { width: number; height: number }): [Measure, number][] {
  const [longer, shorter] = [Math.max(width, height), Math.min(width, height)];
  return [
    ['longer side of an image in pixels', longer],
    ['aspect of an image', longer / shorter],
  ];
}

function add(counts: Record<Measure, number[]>, name: Measure, value: number): void {
  const place = EDGES[name].findLastIndex((edge) => value >= edge);
  counts[name][Math.max(0, place)]! += 1;
}

async function sizesOf({ sample, file }: LocatedSample): Promise<({ width: number; height: number } | undefined)[]> {
  return Promise.all(
    sample.images.map(({ bytes, path }) =>
      sharp(bytes ?? resolve(dirname(file), String(path)))
        .metadata()
        .catch(() => undefined),
    ),
  );
}
