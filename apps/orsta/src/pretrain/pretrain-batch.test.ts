import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, loadProcessor, type PackedRow } from '@vtriune/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAssets } from '../suite/assets.ts';
import { createNano } from './create-nano.ts';
import { collectVocabulary } from './dense-labels.ts';
import { pretrainBatch, validationRows, type BatchSource } from './pretrain-batch.ts';

let folder: string;
let source: BatchSource;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nano-'));
  await createNano(folder, 1);
  const assets = await loadAssets();
  const processor = await loadProcessor(folder);
  source = {
    assets,
    vocabulary: collectVocabulary(assets, processor.tokenizer, 20),
    processor,
    config: await loadConfig(folder),
    seed: 1,
    scenesPerStep: 16,
    warmUpSteps: 2,
    denseWeight: 0.5,
    boxNoise: 2,
    boxMargin: 0,
    workedShare: 0.25,
    arithmetic: 1,
  };
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** The answers of a row as text. */
function answersOf(row: PackedRow): string[] {
  const { tokenizer } = source.processor;
  return tokenizer
    .decode(row.targets.map(({ tokenId }) => tokenId))
    .split('<|im_end|>')
    .slice(0, -1);
}

describe('createNano', () => {
  it('makes one token of every number below 100, the same wherever it stands', () => {
    const { tokenizer } = source.processor;
    for (let number = 0; number < 100; number++) {
      const ids = tokenizer.encode(String(number));
      expect(ids, String(number)).toHaveLength(1);
      for (const text of [`The answer is ${String(number)}.`, `(${String(number)},0)`, `\\boxed{${String(number)}}`])
        expect(tokenizer.encode(text), text).toContain(ids[0]);
    }
  });
});

describe('pretrainBatch', () => {
  it('is a function of the step', () => {
    const rows = pretrainBatch(source, 7);
    expect(pretrainBatch(source, 7).map(({ tokenIds }) => tokenIds)).toEqual(rows.map(({ tokenIds }) => tokenIds));
    expect(pretrainBatch(source, 8)[0]?.tokenIds).not.toEqual(rows[0]?.tokenIds);
  });

  it('asks nothing during the warm-up, and shows twice as many scenes', () => {
    const rows = pretrainBatch(source, 0);
    expect(rows).toHaveLength(32);
    expect(rows.flatMap(({ targets }) => targets)).toEqual([]);
    expect(rows[0]?.extras.weight).toBe(1);
    expect(rows.some(({ extras }) => extras.classIds.some((id) => id > 0))).toBe(true);
  });

  it('learns answers only, in mixed formats', () => {
    const rows = pretrainBatch(source, 9);
    const answers = rows.flatMap(answersOf);
    expect(answers.length).toBeGreaterThan(40);
    for (const pattern of [/^The answer is/, /^\\boxed\{/, /^\w+$/]) expect(answers.some((answer) => pattern.test(answer))).toBe(true);
    expect(answers.some((answer) => answer.includes('Answer in'))).toBe(false);
    expect(rows[0]?.extras.weight).toBe(0.5);
  });

  it('labels boxes as loosely as it is told, and in the same order', () => {
    const sizes = (boxMargin: number): number[] => {
      const rows = pretrainBatch({ ...source, boxNoise: 0, boxMargin, scenesPerStep: 32 }, 9);
      return rows
        .flatMap(answersOf)
        .flatMap((answer) =>
          [...answer.matchAll(/"bbox_2d": ?\[(\d+), ?(\d+), ?(\d+), ?(\d+)\]/g)].map(([, x1, , x2]) => Number(x2) - Number(x1)),
        );
    };
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const tight = sizes(0);
    expect(tight.length).toBeGreaterThan(10);
    expect(mean(sizes(0.2)) / mean(tight)).toBeGreaterThan(1.15);
    expect(mean(sizes(0.2)) / mean(tight)).toBeLessThan(1.5);
  });
});

describe('validationRows', () => {
  it('takes all eight tasks in turn', () => {
    const rows = validationRows(source, { split: 'validation', scenes: 16 });
    expect(rows).toHaveLength(16);
    expect(rows.every(({ targets, images }) => targets.length > 0 && images.length === 1)).toBe(true);
  });
});
