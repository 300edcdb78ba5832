import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { writeJsonl } from './jsonl.ts';
import { writeParquet } from './parquet-write.ts';
import { readRecords, readSamples } from './read-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'format-read-'));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('readSamples', () => {
  it('reads JSON lines and Parquet alike', async () => {
    const samples = [exampleSample(), exampleSample({ extra_info: { id: 'second' } })];
    await writeJsonl(join(folder, 'a.jsonl'), samples);
    await writeParquet(join(folder, 'a.PARQUET'), samples);
    expect(await collect(readSamples(join(folder, 'a.jsonl')))).toEqual(samples);
    expect(await collect(readSamples(join(folder, 'a.PARQUET')))).toEqual(samples);
  });

  it('refuses other endings', () => {
    expect(() => readRecords('a.csv')).toThrow(/a\.csv ends with "\.csv"; allowed: \.parquet, \.jsonl/);
  });
});

describe('readRecords', () => {
  it('goes on after a bad record', async () => {
    const path = join(folder, 'mixed.jsonl');
    await writeJsonl(path, [exampleSample()]);
    const good = JSON.stringify({ ...exampleSample(), images: [], prompt: [{ role: 'user', content: 'q' }] });
    writeFileSync(path, `{broken\n${good}\n{"ability": 3}\n\n${good}\n`);
    const records = await collect(readRecords(path));
    const outcomes = records.map(({ location, sample }) => {
      try {
        return sample().extra_info.id;
      } catch (error) {
        return String(error).includes(location);
      }
    });
    expect(outcomes).toEqual([true, 'cats-1', true, 'cats-1']);
    expect(records.map(({ location }) => location.slice(path.length))).toEqual([':1', ':2', ':3', ':5']);
  });
});
