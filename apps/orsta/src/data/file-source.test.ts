import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeJsonl, type Sample } from '@vtriune/format';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_PROCESSOR_CONFIG } from '@vtriune/trainer';
import { createImageLoader } from './image-loader.ts';
import { heldOutFiles, fileSource } from './file-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-jsonl-'));
const files = ['a', 'b'].map((name) => join(folder, `${name}.jsonl`));

function sample(id: string, ability: string): Sample {
  return {
    data_source: 's',
    images: [{ path: 'images/one.png' }],
    prompt: [{ role: 'user', content: '<image>\nq' }],
    ability,
    reward_model: { verifier: 'text', ground_truth: 'x' },
    extra_info: { id },
  };
}

beforeAll(async () => {
  mkdirSync(join(folder, 'images'));
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#102030' } })
    .png()
    .toFile(join(folder, 'images/one.png'));
  await writeJsonl(
    join(folder, 'a.jsonl'),
    Array.from({ length: 6 }, (_, index) => sample(`a${String(index)}`, index % 2 === 0 ? 'even' : 'odd')),
  );
  await writeJsonl(join(folder, 'b.jsonl'), [sample('b0', 'even')]);
});

describe('fileSource', () => {
  const idsOf = async (seed: number, indices: readonly number[]): Promise<string[]> => {
    const source = await fileSource(
      { kind: 'files', files: files.map((path) => ({ path, weight: 1 })), heldOut: [], prompts: 'as_is', seed },
      createImageLoader(),
    );
    const items = await Promise.all(indices.map((index) => source.at(index)));
    return items.map(({ sample: drawn }) => drawn.extra_info.id);
  };
  const first = Array.from({ length: 24 }, (_, index) => index);

  it('is a pure function of seed and index, so that a resumed run goes on with the next sample', async () => {
    const ids = await idsOf(1, first);
    expect(await idsOf(1, first.slice(10))).toEqual(ids.slice(10));
    expect(await idsOf(1, [5, 3, 20])).toEqual([ids[5], ids[3], ids[20]]);
    expect(await idsOf(2, first)).not.toEqual(ids);
  });

  it('mixes files by weight, and shows each sample of a file before any again', async () => {
    const ids = await idsOf(
      1,
      Array.from({ length: 200 }, (_, index) => index),
    );
    const share = ids.filter((id) => id === 'b0').length / 200;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
    expect(new Set(ids.filter((id) => id !== 'b0').slice(0, 6)).size).toBe(6);
  });

  it('gives the decoded image', async () => {
    const source = await fileSource(
      { kind: 'files', files: [{ path: join(folder, 'a.jsonl') }], heldOut: [], prompts: 'as_is', seed: 1 },
      createImageLoader(),
    );
    expect((await source.at(0)).images[0]).toMatchObject({ width: 64, height: 48 });
  });
});

describe('data.prompts', () => {
  const drawn = async (prompts: 'as_is' | 'asked' | 'thinking', index: number): Promise<string | undefined> => {
    const source = await fileSource(
      { kind: 'files', files: [{ path: join(folder, 'b.jsonl') }], heldOut: [], prompts, seed: 1 },
      createImageLoader(),
    );
    return (await source.at(index)).sample.prompt[0]?.content;
  };

  it('leaves prompts as they are, asks for a format, or asks for thinking', async () => {
    expect(await drawn('as_is', 3)).toBe('<image>\nq');
    expect(await drawn('asked', 3)).toMatch(/^<image>\nq\n\n.*\\boxed\{(\.\.\.)?\}\.$/);
    expect(await drawn('thinking', 3)).toMatch(/^<image>\nq\n\n.*<think>[^]*<answer>/);
  });

  it('uses other words for a sample that comes up again, the same ones after a resume, and fixed ones in evaluation', async () => {
    const words = await Promise.all(Array.from({ length: 12 }, (_, index) => drawn('asked', index)));
    expect(new Set(words).size).toBeGreaterThan(3);
    expect(await drawn('asked', 7)).toBe(words[7]);
    const asking = { prompts: 'asked', seed: 1 } as const;
    const once = async () =>
      (await (await heldOutFiles(files, { images: createImageLoader(), samplesPerTask: 9, asking })).at(0)).sample.prompt[0]?.content;
    expect(await once()).toBe(await once());
    expect(await once()).toContain('\\boxed{');
  });

  it('names sample and file where the prompt asks for a format already, before training begins', async () => {
    const path = join(folder, 'asks.jsonl');
    await writeJsonl(path, [{ ...sample('x1', 'even'), prompt: [{ role: 'user', content: '<image>q Answer in \\boxed{}.' }] }]);
    const reading = fileSource({ kind: 'files', files: [{ path }], heldOut: [], prompts: 'thinking', seed: 1 }, createImageLoader());
    await expect(reading).rejects.toMatchObject({
      code: 'invalid_data',
      message: expect.stringMatching(
        /asks\.jsonl:1: sample "x1": it cannot be asked with data\.prompts=thinking: .*data\.prompts=as_is\.$/,
      ),
    });
  });
});

describe('heldOutFiles', () => {
  it('takes as many of every ability, spread over the file', async () => {
    const items = await heldOutFiles([join(folder, 'a.jsonl')], { images: createImageLoader(), samplesPerTask: 2 });
    const loaded = await Promise.all(Array.from({ length: items.count }, (_, index) => items.at(index)));
    expect(loaded.map(({ sample: chosen }) => chosen.extra_info.id)).toEqual(['a0', 'a2', 'a1', 'a3']);
    expect((await heldOutFiles(files, { images: createImageLoader(), samplesPerTask: 100 })).count).toBe(7);
  });
});

describe('createImageLoader', () => {
  it('resizes images as the processor asks and remembers how large they were', async () => {
    const processor = { ...DEFAULT_PROCESSOR_CONFIG, patchSize: 4, minPixels: 64, maxPixels: 32 * 24 };
    const loader = createImageLoader({ processor });
    const image = { path: 'images/one.png' };
    const loaded = await loader.load(image, join(folder, 'a.jsonl'));
    expect([loaded.width, loaded.height, loaded.data.length]).toEqual([32, 24, 32 * 24 * 3]);
    expect([...loaded.data.slice(0, 3)]).toEqual([0x10, 0x20, 0x30]);
    expect(loader.storedSize(image)).toEqual({ width: 64, height: 48 });
    await loader.load(image, join(folder, 'a.jsonl'));
    expect(loader.storedSize(image)).toEqual({ width: 64, height: 48 });
  });

  it('reads an image once while it fits the cache, and again when it does not', async () => {
    const roomy = createImageLoader();
    const load = (loader: typeof roomy) => loader.load({ path: 'images/one.png' }, join(folder, 'a.jsonl'));
    expect(await load(roomy)).toBe(await load(roomy));
    const narrow = createImageLoader({ cacheBytes: 10 });
    expect(await load(narrow)).not.toBe(await load(narrow));
  });
});

it.each(['<|image_pad|>', '<|vision_start|>', '<|im_end|>', '<|endoftext|>'])(
  'names file, line and sample of a prompt with %s, which the model would not read as text',
  async (token) => {
    const path = join(folder, 'tokens.jsonl');
    const bad = { ...sample('bad', 'math'), prompt: [{ role: 'user' as const, content: `<image>What does ${token} do?` }] };
    await writeJsonl(path, [sample('good', 'math'), bad]);
    const settings = { kind: 'files' as const, files: [{ path }], heldOut: [], prompts: 'as_is' as const, seed: 1 };
    const message = expect.stringMatching(/tokens\.jsonl:2: sample "bad": the user message holds <\|\w+\|>/) as string;
    await expect(fileSource(settings, createImageLoader())).rejects.toMatchObject({ code: 'invalid_data', message });
    await expect(heldOutFiles([path], { images: createImageLoader(), samplesPerTask: 1 })).rejects.toMatchObject({ message });
  },
);

it.each([
  ['cannot be decoded', Buffer.from('no picture')],
  [
    'is 201 times as wide as high',
    await sharp({ create: { width: 201, height: 1, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  ],
])('names file, line and sample of an image that %s', async (_case, picture) => {
  const path = join(folder, 'broken.jsonl');
  writeFileSync(join(folder, 'images/cut.png'), picture);
  writeFileSync(path, `${JSON.stringify({ ...sample('cut', 'counting'), images: [{ path: 'images/cut.png' }] })}\n`);
  const { at } = await heldOutFiles([path], { images: createImageLoader({ processor: DEFAULT_PROCESSOR_CONFIG }), samplesPerTask: 1 });
  await expect(at(0)).rejects.toMatchObject({ code: 'invalid_data', message: expect.stringMatching(/broken\.jsonl:1: sample "cut": /) });
});
