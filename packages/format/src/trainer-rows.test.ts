import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { envelopeOf, readEnvelope } from './envelope.ts';
import { codecs } from './parquet-codecs.ts';
import { writeTrainerParquet } from './parquet-write.ts';
import type { Sample } from './sample.ts';
import { TRAINERS, trainerFile, trainerRow, type Trainer } from './trainer-rows.ts';

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
const sample: Sample = exampleSample({
  images: [{ path: 'a.png' }, { bytes: png, path: 'b.png' }],
  prompt: [{ role: 'user', content: 'First <image> then <image>which is more?' }],
});

describe('trainerRow', () => {
  it.each([
    ['verl', (row: Record<string, unknown>) => (row['reward_model'] as { ground_truth: string }).ground_truth],
    ['trl', (row: Record<string, unknown>) => row['ground_truth']],
    ['easyr1', (row: Record<string, unknown>) => row['answer']],
    ['ms-swift', (row: Record<string, unknown>) => row['solution']],
    ['openrlhf', (row: Record<string, unknown>) => row['label']],
  ] as const)('carries all that the reward service needs to score the row of %s', (trainer, labelOf) => {
    expect(readEnvelope(labelOf(trainerRow(sample, trainer, 0)))).toEqual(envelopeOf(sample));
  });

  it('has the columns that each trainer reads', () => {
    const columns = Object.fromEntries(TRAINERS.map((trainer) => [trainer, Object.keys(trainerRow(sample, trainer, 3))]));
    expect(columns).toEqual({
      verl: ['data_source', 'prompt', 'images', 'ability', 'reward_model', 'extra_info'],
      trl: ['prompt', 'images', 'data_source', 'ground_truth'],
      easyr1: ['problem', 'images', 'answer'],
      'ms-swift': ['messages', 'images', 'data_source', 'solution'],
      openrlhf: ['prompt', 'images', 'label', 'datasource'],
    });
    expect(trainerRow(sample, 'verl', 3)['extra_info']).toEqual({ index: 3, id: 'cats-1', split: 'train' });
  });

  it('splits a prompt into the parts of OpenRLHF', () => {
    const [message] = trainerRow(sample, 'openrlhf', 0)['prompt'] as unknown[];
    const content = [
      { type: 'text', text: 'First ' },
      { type: 'image' },
      { type: 'text', text: ' then ' },
      { type: 'image' },
      { type: 'text', text: 'which is more?' },
    ];
    expect(message).toEqual({ role: 'user', content });
  });

  it('gives ms-swift bytes as a data URI', () => {
    const bytes = exampleSample({ images: [{ bytes: png }] });
    expect(trainerRow(bytes, 'ms-swift', 0)['images']).toEqual(['data:image/png;base64,iVBORw0KGgo=']);
  });

  it('refuses what a trainer cannot hold, with the id of the sample', () => {
    const bytes = exampleSample({ images: [{ bytes: png }] });
    expect(() => trainerRow(bytes, 'openrlhf', 0)).toThrow(/sample "cats-1": OpenRLHF reads images from files/);
    const system = exampleSample({ prompt: [{ role: 'system', content: 's' }, ...exampleSample().prompt] });
    expect(() => trainerRow(system, 'easyr1', 0)).toThrow(/one message of the user, the prompt has system, user/);
  });
});

describe('writeTrainerParquet', () => {
  it.each(TRAINERS.filter((trainer) => trainerFile(trainer) === 'parquet'))('writes the rows of %s', async (trainer: Trainer) => {
    const path = join(mkdtempSync(join(tmpdir(), 'format-trainer-')), 'rows.parquet');
    const text = exampleSample({ images: [], prompt: [{ role: 'user', content: 'q' }], extra_info: { id: 'b' } });
    expect(await writeTrainerParquet(path, [sample, text], { trainer })).toBe(2);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors: codecs, utf8: false });
    expect(rows.map((row) => Object.keys(row).sort())).toEqual([0, 1].map(() => Object.keys(trainerRow(sample, trainer, 0)).sort()));
    expect(rows[0]?.['images']).toEqual([
      { bytes: null, path: 'a.png' },
      { bytes: png, path: 'b.png' },
    ]);
    expect(rows[1]?.['images']).toEqual([]);
  });
});
