import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJsonl, type Sample } from '@vtriune/format';
import { builtins, createRegistry } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import { convertPuzzleVqa, parsePuzzles } from './convert-puzzlevqa.ts';
import { convertVoc } from './convert-voc.ts';
import { validateFile } from './validate-file.ts';

const shared = fileURLToPath(new URL('../../../../../shared/real-data/', import.meta.url));
const absent = !existsSync(shared);
const registry = createRegistry(builtins);

async function read(path: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of readJsonl(path)) samples.push(sample);
  return samples;
}

async function problemsIn(path: string): Promise<string[]> {
  const problems: string[] = [];
  await validateFile(path, { registry, report: (problem) => problems.push(problem) });
  return problems;
}

/** Converts into a fresh folder and returns both files, checked. */
async function converted(convert: typeof convertVoc, from: string): Promise<{ train: Sample[]; test: Sample[] }> {
  const out = mkdtempSync(join(tmpdir(), 'orsta-convert-'));
  await convert({ from: join(shared, from), out, warn: () => undefined });
  for (const split of ['train', 'test']) expect(await problemsIn(join(out, `${split}.jsonl`))).toEqual([]);
  return { train: await read(join(out, 'train.jsonl')), test: await read(join(out, 'test.jsonl')) };
}

describe('parsePuzzles', () => {
  it('reads answers that are texts or numbers, and says which line is broken', () => {
    const line = JSON.stringify({ image: 'i', question: 'q', answer: 9, options: ['4', '9'] });
    expect(parsePuzzles(`${line}\n\n`, 'f')).toEqual([{ image: 'i', question: 'q', answer: '9', options: ['4', '9'] }]);
    expect(() => parsePuzzles(`${line}\n{`, 'f.json')).toThrow(/f\.json:2/);
    expect(() => parsePuzzles('{}', 'f.json')).toThrow(/lacks image/);
  });
});

describe(absent ? 'real data (skipped: no ../shared/real-data)' : 'real data', () => {
  it.skipIf(absent)('BCCD: detection, counting and grounding, no image in both files, every gold answer right', async () => {
    const { train, test } = await converted(convertVoc, 'bccd');
    // 40 images: one detection and three counting samples each, and 48 cells that are the only ones of their kind in the image.
    expect(train.length + test.length).toBe(208);
    const imagesOf = (samples: Sample[]) => new Set(samples.flatMap(({ images }) => images.map(({ path }) => path)));
    expect([...imagesOf(train)].filter((path) => imagesOf(test).has(path))).toEqual([]);
    const boxes = [...train, ...test]
      .filter(({ ability }) => ability === 'detection')
      .flatMap(({ reward_model }) => JSON.parse(String(reward_model.ground_truth)) as unknown[]);
    const counted = [...train, ...test]
      .filter(({ ability }) => ability === 'counting')
      .reduce((sum, { reward_model }) => sum + Number(reward_model.ground_truth), 0);
    expect(counted).toBe(boxes.length);
  });

  it.skipIf(absent)('PuzzleVQA: one of the two puzzles of each kind for testing', async () => {
    const { train, test } = await converted(convertPuzzleVqa, 'puzzlevqa');
    expect([train.length, test.length]).toEqual([20, 20]);
    expect(new Set(train.map(({ extra_info }) => extra_info['kind'])).size).toBe(20);
  });
});
