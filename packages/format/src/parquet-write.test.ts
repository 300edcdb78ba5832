import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { beforeEach, describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { readParquet } from './parquet-read.ts';
import { writeParquet } from './parquet-write.ts';
import type { Sample } from './sample.ts';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'format-parquet-')), 'a.parquet');
});

async function roundTrip(samples: readonly Sample[], rowGroupSize = 100): Promise<Sample[]> {
  expect(await writeParquet(path, samples, { rowGroupSize })).toBe(samples.length);
  return readAll();
}

async function readAll(batchSize = 100): Promise<Sample[]> {
  const read: Sample[] = [];
  for await (const sample of readParquet(path, { batchSize })) read.push(sample);
  return read;
}

const mixed: readonly Sample[] = [
  exampleSample(),
  exampleSample({
    data_source: 'sums',
    ability: 'math',
    images: [],
    prompt: [
      { role: 'system', content: 'ä 漢 😀' },
      { role: 'user', content: '1+1?' },
    ],
    reward_model: {
      ground_truth: '2',
      rewards: [
        { verifier: 'mathverify', weight: 0.9, verifier_parm: { tolerance: 0.25 } },
        { verifier: 'length', weight: 0.1, verifier_parm: { max: 100, units: ['token'] } },
      ],
      coordinate_space: 'norm_1000',
      style: 'rule',
    },
    extra_info: { id: 'b', index: 12, score: 0.1, flag: true, sizes: [[1, 2], []], nested: { deep: [{ a: 'x' }] } },
  }),
  exampleSample({ images: [{ path: 'images/2.png' }], extra_info: { id: 'c', image_path: 'images/2.png', index: 2 ** 50 } }),
];

describe('writeParquet', () => {
  it('writes what readParquet gives back, absent fields included', async () => {
    expect(await roundTrip(mixed)).toEqual(mixed);
  });

  it('keeps any bytes, texts and numbers', async () => {
    const extra = fc.record(
      {
        note: fc.string({ unit: 'grapheme' }),
        count: fc.maxSafeInteger(),
        score: fc.double({ noNaN: true, noDefaultInfinity: true }),
        list: fc.array(fc.boolean()),
      },
      { requiredKeys: [] },
    );
    const sample = fc
      .tuple(fc.uint8Array({ maxLength: 30 }), extra, fc.constantFrom(0, 0.1, 0.25, 0.3, 0.9, 1))
      .map(([bytes, info, ratio]) =>
        exampleSample({
          images: [{ bytes }],
          reward_model: { ...exampleSample().reward_model, accuracy_ratio: ratio },
          extra_info: { id: 'x', ...info },
        }),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { maxLength: 7 }), fc.integer({ min: 1, max: 4 }), async (samples, rowGroupSize) => {
        expect(await roundTrip(samples, rowGroupSize)).toEqual(samples);
      }),
      { numRuns: 40 },
    );
  });

  it('writes small row groups with a page index, the mark of Hugging Face datasets, and no statistics over images', async () => {
    await writeParquet(
      path,
      Array.from({ length: 7 }, () => exampleSample()),
      { rowGroupSize: 3 },
    );
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(metadata.row_groups.map((group) => Number(group.num_rows))).toEqual([3, 3, 1]);
    const images = metadata.row_groups
      .flatMap((group) => group.columns)
      .filter((column) => column.meta_data?.path_in_schema[0] === 'images');
    expect(images.length).toBeGreaterThan(0);
    for (const column of images) expect(column.meta_data?.statistics).toBeUndefined();
    expect(metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value).toContain('"_type":"Image"');
  });

  it('writes a page index for columns of several pages, so that a window of rows is read without the whole group', async () => {
    const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => (index * index) >> 3);
    await writeParquet(
      path,
      Array.from({ length: 6 }, (_, index) => exampleSample({ images: [{ bytes: bytes.with(0, index) }] })),
    );
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const columns = metadata.row_groups.flatMap((group) => group.columns);
    expect(
      columns.find((column) => column.meta_data?.path_in_schema.join('.') === 'images.list.element.bytes')?.offset_index_offset,
    ).toBeDefined();
    expect((await readAll(2)).map((sample) => sample.images[0]?.bytes?.[0])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('reads windows smaller than a row group', async () => {
    await writeParquet(path, mixed);
    expect(await readAll(2)).toEqual(mixed);
  });

  it('takes a function that starts over, and refuses an iterator', async () => {
    async function* generate() {
      yield* mixed;
    }
    expect(await writeParquet(path, generate)).toBe(3);
    expect(await readAll()).toEqual(mixed);
    await expect(writeParquet(path, generate() as unknown as Sample[])).rejects.toThrow(/read twice.*a function such as/);
  });

  it('writes an empty file that reads as no samples', async () => {
    expect(await roundTrip([])).toEqual([]);
  });

  it('leaves no file behind when samples disagree on a type', async () => {
    const other = exampleSample({ extra_info: { id: 'd', index: 'twelve' } });
    await expect(writeParquet(path, [...mixed, other])).rejects.toMatchObject({
      code: 'incompatible_columns',
      pointer: '/extra_info/index',
    });
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });
});
