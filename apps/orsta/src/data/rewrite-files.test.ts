import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSample, readEnvelope, readSamples, writeJsonl, type Sample } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import { toJsonl, toParquet } from './rewrite-files.ts';

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

/** A folder with `in/a.jsonl`: one sample with an image file beside it, one with bytes, one without image. */
async function dataFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'orsta-rewrite-'));
  mkdirSync(join(folder, 'in/images'), { recursive: true });
  writeFileSync(join(folder, 'in/images/a.png'), png);
  const sample = (id: string, images: object[]): Sample =>
    parseSample({
      data_source: 's',
      images,
      prompt: [{ role: 'user', content: `${'<image>'.repeat(images.length)}q` }],
      ability: 'math',
      reward_model: { verifier: 'mathverify', ground_truth: '4' },
      extra_info: { id },
    });
  const samples = [sample('path', [{ path: 'images/a.png' }]), sample('bytes', [{ bytes: png }]), sample('text', [])];
  await writeJsonl(join(folder, 'in/a.jsonl'), samples);
  return folder;
}

async function imagesIn(path: string): Promise<Sample['images'][]> {
  const images: Sample['images'][] = [];
  for await (const sample of readSamples(path)) images.push(sample.images);
  return images;
}

function rowsIn(path: string): Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('toParquet', () => {
  it('puts images inside, of several files in their order', async () => {
    const folder = await dataFolder();
    const file = join(folder, 'in/a.jsonl');
    const out = join(folder, 'out/all.parquet');
    expect(await toParquet({ files: [file, file], out })).toBe(6);
    const once = [[{ bytes: png, path: 'a.png' }], [{ bytes: png }], []];
    expect(await imagesIn(out)).toEqual([...once, ...once]);
  });

  it('names an image that is not there', async () => {
    const folder = await dataFolder();
    writeFileSync(join(folder, 'in/a.jsonl'), readFileSync(join(folder, 'in/a.jsonl'), 'utf8').replace('a.png', 'absent.png'));
    const rewritten = toParquet({ files: [join(folder, 'in/a.jsonl')], out: join(folder, 'x.parquet') });
    await expect(rewritten).rejects.toThrow(/in\/images\/absent\.png of .*a\.jsonl cannot be read/);
  });
});

describe('toJsonl', () => {
  it('brings samples back from Parquet, and moves paths to the new folder', async () => {
    const folder = await dataFolder();
    const [file, parquet, out] = ['in/a.jsonl', 'b.parquet', 'far/away/c.jsonl'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await toParquet({ files: [file], out: parquet });
    expect(await toJsonl({ files: [file, parquet], out })).toBe(6);
    expect(await imagesIn(out)).toEqual([
      [{ path: '../../in/images/a.png' }],
      [{ bytes: png }],
      [],
      [{ bytes: png, path: 'a.png' }],
      [{ bytes: png }],
      [],
    ]);
  });

  it('writes rows of OpenRLHF with image files', async () => {
    const folder = await dataFolder();
    const out = join(folder, 'rows.jsonl');
    await toJsonl({ files: [join(folder, 'in/a.jsonl')], out, trainer: 'openrlhf' });
    const rows = rowsIn(out);
    expect(rows.map(({ label }) => readEnvelope(label)?.id)).toEqual(['path', 'bytes', 'text']);
    const paths = rows.flatMap(({ images }) => images as string[]);
    expect(paths).toHaveLength(2);
    for (const path of paths) expect(new Uint8Array(readFileSync(path))).toEqual(png);
  });

  it('refuses to overwrite its input, and trainers that read Parquet', async () => {
    const folder = await dataFolder();
    const file = join(folder, 'in/a.jsonl');
    await expect(toJsonl({ files: [file], out: file })).rejects.toThrow(/is read and written/);
    await expect(toJsonl({ files: [file], out: join(folder, 'v.jsonl'), trainer: 'verl' })).rejects.toThrow(/to-parquet --for verl/);
  });
});
