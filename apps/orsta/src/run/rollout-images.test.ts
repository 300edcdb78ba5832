import { existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PreparedPrompt, RgbImage, TrainingItem } from '@vtriune/trainer';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { openRolloutImages, type RolloutImageLimits, type RolloutImages } from './rollout-images.ts';

const limits: RolloutImageLimits = { perSource: 2, megabytes: 10, maxSide: 64 };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-images-'));
  folders.push(folder);
  return folder;
}

async function open(folder: string, changed: Partial<RolloutImageLimits> = {}) {
  const problems: string[] = [];
  const images = await openRolloutImages(folder, { limits: { ...limits, ...changed }, onProblem: (text) => problems.push(text) });
  return { images, problems };
}

/** Noise, so that every byte counts. */
function picture(seed: number, width = 32, height = 16): RgbImage {
  let state = seed + 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) & 255;
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, next) };
}

/** Prompts as the trainer makes them: from a source that the images were remembered of. */
async function promptsOf(images: RolloutImages, items: readonly (readonly [source: string, ...RgbImage[]])[]): Promise<PreparedPrompt[]> {
  const given = items.map(([data_source, ...pictures]) => ({ sample: { data_source }, images: pictures }) as unknown as TrainingItem);
  const source = images.remember({ at: (index: number) => Promise.resolve(given[index] as TrainingItem) });
  const drawn = await Promise.all(given.map((_, index) => source.at(index)));
  return drawn.map(({ sample }) => ({ sample }) as PreparedPrompt);
}

function filesIn(folder: string): string[] {
  return readdirSync(join(folder, 'images')).sort();
}

describe('openRolloutImages', () => {
  it('writes the pixels of the first prompts of each source, once each', async () => {
    const folder = newFolder();
    const { images } = await open(folder);
    const prompts = await promptsOf(images, [['a', picture(1)], ['a', picture(1)], ['a', picture(2)], ['b', picture(3)], ['c']]);
    const group = prompts.flatMap((prompt) => [prompt, prompt]);
    const kept = await images.keep(group);
    expect(prompts.map((prompt) => kept.get(prompt)?.length)).toEqual([1, 1, undefined, 1, undefined]);
    expect(filesIn(folder)).toHaveLength(2);
    const [file] = kept.get(prompts[0] as PreparedPrompt) ?? [];
    const decoded = await sharp(join(folder, file?.path ?? ''))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(decoded.info).toMatchObject({ width: 32, height: 16 });
    expect(new Uint8Array(decoded.data)).toEqual(picture(1).data);
  });

  it('counts the prompts of a step over its parts', async () => {
    const { images } = await open(newFolder(), { perSource: 2 });
    const seen = new Map<string, number>();
    const keptOf = async (...seeds: number[]): Promise<number> => {
      const prompts = await promptsOf(
        images,
        seeds.map((seed) => ['a', picture(seed)] as const),
      );
      return (await images.keep(prompts, seen)).size;
    };
    expect([await keptOf(1), await keptOf(2, 3), await keptOf(4)]).toEqual([1, 1, 0]);
    expect((await images.keep(await promptsOf(images, [['a', picture(5)]]))).size).toBe(1);
  });

  it('scales large images down and says their size', async () => {
    const folder = newFolder();
    const { images } = await open(folder);
    const prompts = await promptsOf(images, [['a', picture(1, 200, 100)]]);
    const kept = [...(await images.keep(prompts)).values()].flat();
    expect(kept).toMatchObject([{ width: 64, height: 32 }]);
    expect(await sharp(join(folder, kept[0]?.path ?? '')).metadata()).toMatchObject({ width: 64, height: 32 });
  });

  it('finds its files after a kill, and removes what was half written', async () => {
    const folder = newFolder();
    const first = await open(folder);
    await first.images.keep(await promptsOf(first.images, [['a', picture(1)]]));
    const before = filesIn(folder);
    writeFileSync(join(folder, 'images', `${before[0] ?? ''}.1234567`), 'half');
    const second = await open(folder, { megabytes: 0 });
    expect(filesIn(folder)).toEqual(before);
    // The limit is for new files: the known one is named again without being written.
    const prompts = await promptsOf(second.images, [['a', picture(1)]]);
    expect((await second.images.keep(prompts)).size).toBe(1);
    expect(second.problems).toEqual([]);
  });

  it('keeps no more than the limit of the run, also counting an earlier process, and says so once', async () => {
    const folder = newFolder();
    const large = (seed: number): RgbImage => picture(seed, 512, 256);
    const options = { perSource: 9, maxSide: 512, megabytes: 1 };
    const first = await open(folder, options);
    await first.images.keep(await promptsOf(first.images, [['a', large(1)]]));
    const { images, problems } = await open(folder, options);
    const prompts = await promptsOf(images, [
      ['a', large(2)],
      ['a', large(3)],
      ['a', large(4)],
    ]);
    const kept = await images.keep(prompts);
    expect(kept.size).toBe(1);
    expect(filesIn(folder)).toHaveLength(2);
    expect(problems).toEqual([expect.stringContaining('rolloutImages.megabytes = 1')]);
  });

  it('lets training go on where the images cannot be written', async () => {
    const folder = newFolder();
    const { images, problems } = await open(folder);
    writeFileSync(join(folder, 'images'), 'a file where the folder should be');
    const prompts = await promptsOf(images, [
      ['a', picture(1)],
      ['a', picture(2)],
    ]);
    expect((await images.keep(prompts)).size).toBe(0);
    expect(problems).toEqual([expect.stringContaining('training goes on without them')]);
    expect(readFileSync(join(folder, 'images'), 'utf8')).toContain('a file');
  });

  it('keeps nothing where it is told so', async () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    const { images } = await open(folder, { perSource: 0 });
    expect((await images.keep(await promptsOf(images, [['a', picture(1)]]))).size).toBe(0);
    expect(existsSync(join(folder, 'images'))).toBe(false);
  });
});
