import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError } from './errors.ts';
import { readParquet } from './parquet-read.ts';
import type { Sample } from './sample.ts';

// Files of public bug reports, kept beside the repository; `expected` says in words what reading one gives.
const folder = fileURLToPath(new URL('../../../../shared/reported-cases/', import.meta.url));
const absent = !existsSync(folder);

interface Case {
  readonly id: string;
  readonly area: string;
  readonly request: unknown;
  readonly expected: unknown;
}

function parquetCases(): { name: string; expected: string }[] {
  if (absent) return [];
  const lines = readFileSync(`${folder}rewards.jsonl`, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    const { area, request, expected } = JSON.parse(line) as Case;
    const name = /^readParquet\((\S+)\)/.exec(String(request))?.[1];
    return area === 'format' && name !== undefined ? [{ name, expected: String(expected) }] : [];
  });
}

async function read(name: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of readParquet(`${folder}files/${name}`)) samples.push(sample);
  return samples;
}

describe.skipIf(absent)('Parquet files of bug reports (skipped where ../shared/reported-cases is absent)', () => {
  it.each(parquetCases())('$name: $expected', async ({ name, expected }) => {
    if (/^(an )?error/.test(expected)) {
      const column = /column (\w+)/.exec(expected)?.[1];
      await expect(read(name)).rejects.toThrow(FormatError);
      if (column !== undefined) await expect(read(name)).rejects.toThrow(column);
      return;
    }
    const samples = await read(name);
    const count = /^(\d+)/.exec(expected)?.[1];
    if (count === undefined) expect(samples.length).toBeGreaterThan(0);
    else expect(samples).toHaveLength(Number(count));
    if (expected === 'path kept') expect(samples[0]?.images).toEqual([{ path: 'x.png' }]);
    if (expected === 'images []') expect(samples[0]?.images).toEqual([]);
    if (expected.startsWith('bytes read')) expect(samples[0]?.images[0]?.bytes?.length).toBe(70);
  });

  it('finds the cases', () => {
    expect(parquetCases().length).toBeGreaterThan(30);
  });

  it.each([
    ['pq/gt-int.parquet', 3],
    ['pq/gt-float.parquet', 3.5],
    ['pq/gt-list.parquet', ['3', 'three']],
    ['pq/gt-struct.parquet', { a: 1, b: 'x' }],
    ['pq/gt-boxes.parquet', [{ bbox_2d: [1, 2, 3, 4], label: 'cat' }]],
  ])('%s has the ground truth %j', async (name, truth) => {
    expect((await read(name))[0]?.reward_model.ground_truth).toEqual(truth);
  });

  it.each(['pq/single-struct-images', 'pq2/lost-struct', 'pq2/lost-binary', 'pq2/lost-string', 'pq/single-image', 'pq2/lost-image-col'])(
    '%s names the shape that was found',
    async (name) => {
      await expect(read(`${name}.parquet`)).rejects.toThrow(
        /the column images? holds (one struct with bytes, path|the 70 bytes|the text "a.png")/,
      );
    },
  );
});
