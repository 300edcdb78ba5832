import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readParquet } from './parquet-read.ts';
import { shortestDecimal } from './parquet-row.ts';
import type { Sample } from './sample.ts';

const fixture = new URL('../test/fixtures/pyarrow-orsta.parquet', import.meta.url).pathname;

async function readAll(path: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of readParquet(path)) samples.push(sample);
  return samples;
}

describe('readParquet', () => {
  it('reads the schema of Orsta-Data-47k as pyarrow writes it, image bytes untouched', async () => {
    expect(await readAll(fixture)).toEqual([
      {
        data_source: 'sums',
        images: [{ bytes: Uint8Array.from({ length: 256 }, (_, index) => index) }],
        prompt: [{ content: '<image>What is the sum?', role: 'user' }],
        ability: 'math',
        reward_model: { answer: '4', ground_truth: '\\boxed{4}', accuracy_ratio: 1, format_ratio: 0, verifier: 'mathverify' },
        extra_info: { id: 'pyarrow-orsta.parquet:1', image_path: 'images/1.png' },
      },
      {
        data_source: 'cats',
        images: [{ bytes: new Uint8Array([137, 80, 78, 71, 0, 255]), path: '2.png' }],
        prompt: [{ content: '<image>\nLocate all cats.', role: 'user' }],
        ability: 'cv_detection',
        reward_model: {
          ground_truth: "<answer>\n[{'bbox_2d': [1, 2, 3, 4], 'label': 'cat'}]\n</answer>",
          accuracy_ratio: 1,
          format_ratio: 0.1,
          verifier: 'detection',
          verifier_parm: { det_verifier_normalized: true, det_reward_ratio: { iou_max_label_first: 1, iou_completeness: 0.3 } },
        },
        extra_info: { id: 'pyarrow-orsta.parquet:2' },
      },
    ]);
  });

  it('names a file that is none', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'format-read-')), 'x.parquet');
    await expect(readAll(path)).rejects.toMatchObject({ code: 'unreadable_file' });
    writeFileSync(path, 'this is text, not Parquet');
    await expect(readAll(path)).rejects.toMatchObject({ code: 'unreadable_file' });
  });

  it('refuses a batch size that is none', async () => {
    await expect(readParquet(fixture, { batchSize: 0 }).next()).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('shortestDecimal', () => {
  it('restores decimals of up to six digits from float32 and never changes the float32', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
        expect(shortestDecimal(Math.fround(millionths / 1_000_000))).toBe(millionths / 1_000_000);
      }),
    );
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(Math.fround(Number(shortestDecimal(value)))).toBe(value);
      }),
    );
    expect(shortestDecimal(1 / 3)).toBe(1 / 3);
    expect(shortestDecimal(-0)).toBe(-0);
  });
});
