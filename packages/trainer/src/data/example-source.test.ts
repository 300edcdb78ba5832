import { isDeepStrictEqual } from 'node:util';
import { parseSample, toSampleJson } from '@vtriune/format';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { exampleSource } from './example-source.ts';

const gray = await sharp({ create: { width: 8, height: 6, channels: 3, background: { r: 128, g: 128, b: 128 } } })
  .png()
  .toBuffer();

describe('exampleSource', () => {
  const source = exampleSource([
    { question: 'What do you see?', images: [gray, gray], answer: 'gray' },
    { question: 'Is <image> darker?', images: [gray], answer: true, source: 'darker' },
    { question: 'What is 1 + 1?', answer: 2 },
  ]);

  it('puts images before a question that does not say where they stand', async () => {
    const contents = await Promise.all([0, 1, 2].map(async (index) => (await source.at(index)).sample.prompt[0]?.content));
    expect(contents).toEqual(['<image>\n<image>\nWhat do you see?', 'Is <image> darker?', 'What is 1 + 1?']);
  });

  it('decodes the images and keeps the answer, and begins again at the end', async () => {
    const { sample, images } = await source.at(4);
    expect(sample).toMatchObject({ data_source: 'darker', reward_model: { ground_truth: true }, extra_info: { id: '1' } });
    expect(images.map(({ width, height }) => [width, height])).toEqual([[8, 6]]);
    expect(isDeepStrictEqual(await source.at(1), await source.at(4))).toBe(true);
  });

  it('gives samples that the format accepts', async () => {
    for (const index of [0, 1, 2]) {
      const { sample } = await source.at(index);
      expect(parseSample(toSampleJson(sample))).toMatchObject({ extra_info: { id: String(index) } });
    }
  });

  it('says when there is nothing, or no such image', async () => {
    expect(() => exampleSource([])).toThrow('There are no examples to train on');
    await expect(exampleSource([{ question: 'x', images: ['none.png'], answer: 1 }]).at(0)).rejects.toMatchObject({
      code: 'invalid_image',
    });
  });
});
