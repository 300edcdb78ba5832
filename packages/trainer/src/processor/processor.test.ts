import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { imageToPatches } from './image-to-patches.ts';
import { loadProcessor, withMaxPixels } from './processor.ts';
import type { Processor } from './processor.ts';

const fixtures = fileURLToPath(new URL('../../test/fixtures/', import.meta.url));
const goldens: { prompts: { images: string[]; content: string; ids: number[]; grids: number[][] }[] } = JSON.parse(
  readFileSync(`${fixtures}processor/goldens.json`, 'utf8'),
);
const folder = mkdtempSync(join(tmpdir(), 'processor-'));
function read(name: string) {
  return decodeImage(`${fixtures}processor/images/${name}`);
}

describe('the processor', () => {
  let processor: Processor;
  beforeAll(async () => {
    await cp(`${fixtures}tokenizer/nano`, folder, { recursive: true });
    await cp(`${fixtures}processor/config-nano`, folder, { recursive: true });
    processor = await loadProcessor(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(goldens.prompts)('gives the ids and grids of Qwen2_5_VLProcessor: $content', async (golden) => {
    const images = await Promise.all(golden.images.map(read));
    const prompt = processor.process({ messages: [{ role: 'user', content: golden.content }], images, addGenerationPrompt: true });
    expect(prompt.tokenIds).toEqual(golden.ids);
    expect(prompt.grids).toEqual(golden.grids);
  });

  it('takes a lower limit of area, down to the least area of its own, and cuts images by it', async () => {
    const { minPixels, maxPixels } = processor.config;
    for (const limit of [undefined, maxPixels, maxPixels + 1]) expect(withMaxPixels(processor, limit)).toBe(processor);
    expect(withMaxPixels(processor, 1).config).toEqual({ ...processor.config, maxPixels: minPixels });
    const image = await read('wide.png');
    const areaWith = ({ process }: Processor): number => {
      const { imageSizes } = process({ messages: [{ role: 'user', content: '<image>' }], images: [image], addGenerationPrompt: false });
      return imageSizes.reduce((sum, { resizedWidth, resizedHeight }) => sum + resizedWidth * resizedHeight, 0);
    };
    const limit = Math.floor(areaWith(processor) / 2);
    expect(areaWith(withMaxPixels(processor, limit))).toBeLessThanOrEqual(limit);
    expect(areaWith(processor)).toBe(areaWith(withMaxPixels(processor, undefined)));
  });

  it('joins the patches of several images and tells both sizes of each', async () => {
    const images = [await read('wide.png'), await read('exact.png')];
    const { patches, imageSizes } = processor.process({
      messages: [{ role: 'user', content: '<image><image>' }],
      images,
      addGenerationPrompt: false,
    });
    const apart = images.flatMap((image) => [...imageToPatches(image, processor.config).patches]);
    expect([...patches]).toEqual(apart);
    expect(imageSizes).toEqual([
      { width: 150, height: 41, resizedWidth: 144, resizedHeight: 48 },
      { width: 96, height: 96, resizedWidth: 96, resizedHeight: 96 },
    ]);
  });

  it('refuses marks and images that differ in number, and pads written out in the text', async () => {
    const image = await read('tiny.png');
    const ask = (content: string) => () =>
      processor.process({ messages: [{ role: 'user', content }], images: [image], addGenerationPrompt: true });
    expect(ask('no mark')).toThrow(/0 <image> mark\(s\) but 1 image\(s\)/);
    expect(ask('<image><image>')).toThrow(/2 <image> mark\(s\)/);
    expect(ask('<image><|image_pad|>')).toThrow(/2 image-pad token\(s\) for 1 image\(s\)/);
  });
});
