import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { readJsonl, writeJsonl } from './jsonl.ts';
import { toSampleJson } from './parse-sample.ts';
import type { Sample } from './sample.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'format-jsonl-'));
});

async function readAll(path: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of readJsonl(path)) samples.push(sample);
  return samples;
}

describe('writeJsonl and readJsonl', () => {
  it('bring samples back, and write nothing but the file', async () => {
    const path = join(folder, 'a.jsonl');
    const samples = [1, 2, 3].map((number) =>
      exampleSample({ extra_info: { id: `s${number}`, note: 'line\u2028separator\nand newline' } }),
    );
    expect(await writeJsonl(path, samples)).toBe(3);
    expect(await readAll(path)).toEqual(samples);
    expect(readdirSync(folder)).toEqual(['a.jsonl']);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
  });

  it('bring images back that are longer than a read chunk', async () => {
    const path = join(folder, 'large.jsonl');
    const bytes = Uint8Array.from({ length: 600_000 }, (_, index) => (index * 31) % 256);
    const samples = [exampleSample({ images: [{ bytes }] }), exampleSample({ images: [{ bytes: bytes.subarray(5) }] })];
    await writeJsonl(path, samples);
    const hashes = (list: Sample[]) =>
      list.map((sample) =>
        createHash('sha256')
          .update(sample.images[0]?.bytes ?? '')
          .digest('hex'),
      );
    expect(hashes(await readAll(path))).toEqual(hashes(samples));
  });

  it('leave the old file alone when a sample is wrong', async () => {
    const path = join(folder, 'a.jsonl');
    await writeJsonl(path, [exampleSample()]);
    const before = readFileSync(path, 'utf8');
    const wrong = { ...exampleSample(), prompt: [] };
    await expect(writeJsonl(path, [exampleSample(), wrong])).rejects.toMatchObject({
      code: 'invalid_sample',
      location: `sample 2 of ${path}`,
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['a.jsonl']);
  });

  it('read any splitting of lines into chunks', async () => {
    const path = join(folder, 'any.jsonl');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 6 }), fc.boolean(), async (notes, closed) => {
        const samples = notes.map((note, index) => exampleSample({ extra_info: { id: String(index), note } }));
        const text = samples.map((sample) => JSON.stringify(toSampleJson(sample))).join('\r\n\n');
        writeFileSync(path, closed && text !== '' ? `${text}\n` : text);
        expect(await readAll(path)).toEqual(samples);
      }),
      { numRuns: 30 },
    );
  });
});

describe('readJsonl', () => {
  it('names file and line, blank lines counted', async () => {
    const path = join(folder, 'bad.jsonl');
    const line = JSON.stringify(toSampleJson(exampleSample()));
    writeFileSync(path, `\uFEFF${line}\n\n{"data_source": \n`);
    await expect(readAll(path)).rejects.toMatchObject({ code: 'invalid_json', location: `${path}:3` });
    writeFileSync(path, `${line}\n${line.replace('0.1', '-7')}\n`);
    await expect(readAll(path)).rejects.toMatchObject({
      code: 'invalid_sample',
      location: `${path}:2`,
      pointer: '/reward_model/format_ratio',
    });
  });

  it('gives a sample without id the file name and line', async () => {
    const path = join(folder, 'ids.jsonl');
    writeFileSync(path, `${JSON.stringify({ ...toSampleJson(exampleSample()), extra_info: { id: null } })}\n`);
    expect((await readAll(path))[0]?.extra_info.id).toBe('ids.jsonl:1');
  });

  it('says that a file is not there', async () => {
    await expect(readAll(join(folder, 'none.jsonl'))).rejects.toMatchObject({ code: 'unreadable_file' });
  });
});
