import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig, loadProcessor, withMaxPixels, type ModelConfig, type PackedRow, type Processor } from '@vtriune/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadAssets, type SuiteAssets } from '../suite/assets.ts';
import { createRandom } from '../suite/random.ts';
import { counting } from '../suite/tasks/counting.ts';
import { captionOf } from './captions.ts';
import { withToolTokens, ZOOM_CALL } from './extend-tokenizer.ts';
import { heldOutLesson, lessonRows, type Lesson } from './lesson-rows.ts';
import type { BatchSource } from './pretrain-batch.ts';

const NANO = fileURLToPath(new URL('../../models/orsta-nano-base', import.meta.url));
let assets: SuiteAssets;
let processor: Processor;
let config: ModelConfig;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orsta-lesson-'));
  await withToolTokens(NANO, folder);
  processor = withMaxPixels(await loadProcessor(folder), 9216);
  config = await loadConfig(folder);
  assets = await loadAssets();
});

function rows(lesson: Lesson, seed = 1): Promise<PackedRow[]> {
  // Rows of a lesson have no dense labels, and so need no vocabulary of them.
  const source = { assets, processor, config, seed, scenesPerStep: 6 } as unknown as BatchSource;
  return lessonRows(source, lesson, 0);
}

function textOf({ targets }: PackedRow): string {
  return processor.tokenizer.decode(targets.map(({ tokenId }) => tokenId));
}

describe('lessons', () => {
  it('teaches calls and answers, and nothing of what the tool says', async () => {
    const taught = await rows('zoom');
    const calling = taught.filter(({ images }) => images.length > 1);
    expect(calling.length).toBeGreaterThan(0);
    for (const row of calling) {
      const text = textOf(row);
      expect(text).toContain('<tool_call>');
      expect(text).toMatch(/\\boxed\{\d \d\}/);
      expect(text).not.toContain('tool_response');
      expect(row.targets.every(({ tokenId }) => tokenId !== processor.tokenizer.specialIds.imagePad)).toBe(true);
      // Each demonstration with a call brings one image beside that of the question.
      expect(row.images.length - 1).toBe(text.split('<tool_call>').length - 1);
    }
  });

  it('reads at once where it is to look once', async () => {
    for (const row of await rows('look')) expect(textOf(row)).toMatch(/^\\boxed\{\d \d\}<\|im_end\|>$/);
  });

  it('shows captions without a question or a turn', async () => {
    const { imStart, imEnd } = processor.tokenizer.specialIds;
    for (const row of await rows('captions'))
      expect([...row.tokenIds, ...row.targets.map(({ tokenId }) => tokenId)].some((id) => id === imStart || id === imEnd)).toBe(false);
  });

  it.each(['zoom', 'look', 'captions'] as const)('makes the same rows of %s again, and others for another seed', async (lesson) => {
    const [first, again, other] = [await rows(lesson), await rows(lesson), await rows(lesson, 2)];
    expect(first.map(({ tokenIds }) => tokenIds)).toEqual(again.map(({ tokenIds }) => tokenIds));
    expect(first.map(textOf)).not.toEqual(other.map(textOf));
    const source = { assets, processor, config, seed: 1, scenesPerStep: 6 } as unknown as BatchSource;
    const held = await heldOutLesson(source, lesson, { split: 'validation', scenes: 6 });
    expect(held.map(textOf)).not.toEqual(first.map(textOf));
  });

  it('counts right in captions', () => {
    for (let index = 0; index < 40; index++) {
      const scene = counting.generate(createRandom(`caption/${String(index)}`), assets, 'train');
      const text = captionOf(scene, createRandom(`say/${String(index)}`));
      const total = /^(?:\d+ [a-z ]+(?:, |\.))+$/.test(text)
        ? [...text.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0)
        : undefined;
      if (total !== undefined) expect(total, text).toBe(scene.objects.length);
    }
  });
});

describe('withToolTokens', () => {
  it('gives calls tokens of their own, and changes no other', async () => {
    const before = await loadProcessor(NANO);
    const text = `Read: 7 + 8 = 15 [{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]`;
    expect(processor.tokenizer.encode(text)).toEqual(before.tokenizer.encode(text));
    expect(processor.tokenizer.encode(ZOOM_CALL.before)).toEqual([before.tokenizer.vocabularySize]);
    expect(processor.tokenizer.decode([before.tokenizer.vocabularySize])).toBe(ZOOM_CALL.before);
    const again = await mkdtemp(join(tmpdir(), 'orsta-lesson-'));
    await withToolTokens(folder, again);
    expect(await readFile(join(again, 'tokenizer.json'), 'utf8')).toBe(await readFile(join(folder, 'tokenizer.json'), 'utf8'));
  });
});
