import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expandFiles } from './expand-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'orsta-glob-'));
mkdirSync(join(folder, 'shards'));
for (const name of ['b.parquet', 'a.parquet', 'c.jsonl']) writeFileSync(join(folder, 'shards', name), '');

it('gives the files that fit a pattern, sorted by name', async () => {
  const [a, b, c] = ['a.parquet', 'b.parquet', 'c.jsonl'].map((name) => join(folder, 'shards', name));
  expect(await expandFiles('shards/*.parquet', folder)).toEqual([a, b]);
  expect(await expandFiles(join(folder, '**/*.{parquet,jsonl}'), folder)).toEqual([a, b, c]);
  expect(await expandFiles('../shards/c.*', join(folder, 'shards'))).toEqual([c]);
});

it('leaves a plain path alone and refuses a pattern that fits nothing', async () => {
  expect(await expandFiles('absent.jsonl', folder)).toEqual([join(folder, 'absent.jsonl')]);
  await expect(expandFiles('*.csv', folder)).rejects.toThrow(/\*\.csv fits no file in/);
});
