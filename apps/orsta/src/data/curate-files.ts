/**
 * Reads what the filters of a curation need to know about each sample: sizes and fingerprints of its images, and whether its gold answer scores 1.
 * A set is read once for each filter that counts, so these facts are kept; they are some bytes a sample.
 */
import { dirname, resolve } from 'node:path';
import { readSamples, readTextLines } from '@vtriune/format';
import type { CurateItem, Curation, RewardsById } from '@vtriune/format/curate';
import { VerifierError, type Registry } from '@vtriune/verifiers';
import sharp from 'sharp';
import { OrstaError } from '../errors.ts';
import type { LocatedSample } from './file-source.ts';
import { goldProblem } from './validate-file.ts';

/** An item that still knows its file. */
export type LocatedItem = CurateItem & Pick<LocatedSample, 'file'>;

type Facts = Pick<CurateItem, 'sizes' | 'fingerprints' | 'goldReward'>;

/** The samples of files with the facts that the curation's filters need; to be called once for each pass. */
export function curationItems(
  files: readonly string[],
  options: { curation: Curation; registry: Registry },
): () => AsyncGenerator<LocatedItem> {
  const known: Facts[] = [];
  return async function* () {
    let index = 0;
    for (const file of files)
      for await (const sample of readSamples(file)) {
        known[index] ??= await factsOf({ sample, file }, options);
        yield { sample, file, ...known[index] };
        index += 1;
      }
  };
}

async function factsOf(located: LocatedSample, { curation, registry }: { curation: Curation; registry: Registry }): Promise<Facts> {
  const { boxArea, duplicates, overlap, goldAnswer } = curation;
  const isAsked = goldAnswer?.abilities.includes(located.sample.ability) === true;
  const sizes = boxArea !== undefined || isAsked ? await sizesOf(located) : undefined;
  return {
    ...(sizes === undefined ? {} : { sizes }),
    ...(duplicates === undefined && overlap === undefined ? {} : { fingerprints: await fingerprintsOf(located) }),
    ...(isAsked && sizes !== undefined ? { goldReward: await goldReward(located, sizes, registry) } : {}),
  };
}

async function goldReward(
  { sample }: LocatedSample,
  sizes: readonly { width: number; height: number }[],
  registry: Registry,
): Promise<number> {
  const images = sizes.map(({ width, height }) => ({ width, height, resized_width: width, resized_height: height }));
  try {
    return (await goldProblem(sample, { images, registry })) === undefined ? 1 : 0;
  } catch (error) {
    // A ground truth that its verifier cannot read has no gold answer, so that none can score 1.
    if (error instanceof VerifierError) return 0;
    throw error;
  }
}

async function sizesOf(located: LocatedSample): Promise<{ width: number; height: number }[]> {
  return Promise.all(sourcesOf(located).map(async (source) => readable(located, async () => sharp(source).metadata())));
}

/** 64 bits of an image: whether each of 8 x 8 gray cells is brighter than its right neighbor. Copies in other sizes and qualities differ in few. */
async function fingerprintsOf(located: LocatedSample): Promise<bigint[]> {
  return Promise.all(
    sourcesOf(located).map(async (source) => {
      const gray = await readable(located, () => sharp(source).greyscale().resize(9, 8, { fit: 'fill' }).raw().toBuffer());
      let bits = 0n;
      for (let row = 0; row < 8; row++)
        for (let column = 0; column < 8; column++) bits = (bits << 1n) | (gray[row * 9 + column]! > gray[row * 9 + column + 1]! ? 1n : 0n);
      return bits;
    }),
  );
}

/** The fingerprints of all images of files: what `overlap` compares with. */
export async function fingerprintsIn(files: readonly string[]): Promise<bigint[]> {
  const found: bigint[] = [];
  for (const file of files) for await (const sample of readSamples(file)) found.push(...(await fingerprintsOf({ sample, file })));
  return found;
}

function sourcesOf({ sample, file }: LocatedSample): (string | Uint8Array)[] {
  return sample.images.map(({ bytes, path }) => bytes ?? resolve(dirname(file), String(path)));
}

async function readable<T>({ sample, file }: LocatedSample, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'invalid_data',
      `Sample ${sample.extra_info.id} of ${file} has an image that cannot be read: ${reason}. Check it with orsta data validate.`,
      { cause },
    );
  }
}

/** The rewards of each sample's responses: lines of `{ id | sample, reward }`, or the `rollouts.jsonl` of a run. Failed results have none. */
export async function readRewards(path: string): Promise<RewardsById> {
  const rewards = new Map<string, number[]>();
  let line = 0;
  for await (const text of readTextLines(path)) {
    line += 1;
    if (text.trim() === '') continue;
    const { id, reward } = rewardOf(text, `${path}:${String(line)}`);
    const before = rewards.get(id) ?? [];
    rewards.set(id, reward === undefined ? before : [...before, reward]);
  }
  return rewards;
}

function rewardOf(text: string, place: string): { id: string; reward: number | undefined } {
  try {
    const row = JSON.parse(text) as { id?: unknown; sample?: unknown; reward?: unknown; result?: { status?: unknown; reward?: unknown } };
    const id = row.sample ?? row.id;
    const reward = row.reward ?? row.result?.reward;
    if (typeof id === 'string' && typeof reward === 'number') return { id, reward };
    if (typeof id === 'string' && row.result?.status === 'failed') return { id, reward: undefined };
  } catch {
    // Named below, as is JSON of another kind.
  }
  throw new OrstaError(
    'invalid_data',
    `${place} is no rollout. Give {"id": the sample's id, "reward": 0.5}, or the rollouts.jsonl of a run.`,
  );
}
