import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSamples, writeJsonl, type Sample } from '@vtriune/format';
import { converters, convertRow, type DataRow } from '@vtriune/format/convert';
import { builtins, createRegistry } from '@vtriune/verifiers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { convertCommand } from '../commands/data-convert.ts';
import type { CommandContext } from '../context.ts';
import { validateFile } from './validate-file.ts';

const shared = fileURLToPath(new URL('../../../../../shared/real-data/', import.meta.url));
const absent = !existsSync(shared);
/** One file of made-up rows for each converter, those that `@vtriune/format` is tested with. */
const exampleRows = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../../packages/format/test/converter-rows.json', import.meta.url)), 'utf8'),
) as Readonly<Record<string, readonly DataRow[]>>;
const registry = createRegistry(builtins);

function workplace(): { folder: string; context: CommandContext; said: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'orsta-convert-rows-'));
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  return { folder, said, context: { cwd: folder, output: say, notice: say } as unknown as CommandContext };
}

async function read(path: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of readSamples(path)) samples.push(sample);
  return samples;
}

async function problemsIn(path: string): Promise<string[]> {
  const problems: string[] = [];
  await validateFile(path, { registry, report: (problem) => problems.push(problem) });
  return problems;
}

async function writeImage(path: string): Promise<void> {
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
    .png()
    .toFile(path);
}

describe('every converter', () => {
  it('makes samples whose gold answer scores 1', async () => {
    const { folder } = workplace();
    await writeImage(join(folder, 'a.png'));
    const samples = converters.flatMap((converter) =>
      (exampleRows[converter.name] ?? []).flatMap((row, index) => convertRow(converter, row, { location: converter.name, index })),
    );
    const drawn = samples.map((sample) => ({ ...sample, images: sample.images.map(() => ({ path: 'a.png' })) }));
    await writeJsonl(join(folder, 'all.jsonl'), drawn);
    expect(drawn.length).toBeGreaterThan(30);
    expect(await problemsIn(join(folder, 'all.jsonl'))).toEqual([]);
  });
});

describe('orsta data convert', () => {
  it('makes a training set of a COCO file in one command, no image in both parts', async () => {
    const { folder, context, said } = workplace();
    mkdirSync(join(folder, 'train2017'));
    const images = ['a', 'b', 'c', 'd', 'e'].map((name, id) => ({ id, file_name: `${name}.png` }));
    for (const { file_name } of images) await writeImage(join(folder, 'train2017', file_name));
    const annotations = images.flatMap(({ id }) => [1, 2].map((category_id) => ({ image_id: id, category_id, bbox: [2, 3, 10 + id, 20] })));
    const categories = [
      { id: 1, name: 'cat' },
      { id: 2, name: 'dog' },
    ];
    writeFileSync(join(folder, 'instances.json'), JSON.stringify({ images, annotations, categories }));
    await convertCommand('coco', { from: ['instances.json'], images: 'train2017', out: 'set', holdOut: 5 }, context);
    expect(said.join('')).toMatch(/8 samples in .*train\.jsonl\n2 samples in .*test\.jsonl/);
    for (const part of ['train', 'test']) expect(await problemsIn(join(folder, 'set', `${part}.jsonl`))).toEqual([]);
    const [first] = await read(join(folder, 'set/test.jsonl'));
    expect(first).toMatchObject({ images: [{ path: '../train2017/e.png' }], extra_info: { split: 'test' } });
  });

  it('writes Parquet from Parquet rows of a trainer, images inside', async () => {
    const { folder, context } = workplace();
    const row = { problem: '<image>How many?', images: [{ bytes: 'iVBORw0KGgo=' }], answer: '3' };
    writeFileSync(join(folder, 'rows.jsonl'), `${JSON.stringify(row)}\n`);
    await convertCommand('easyr1', { from: ['rows.jsonl'], out: 'set.parquet', verifier: 'counting' }, context);
    const [sample] = await read(join(folder, 'set.parquet'));
    expect(sample).toMatchObject({ reward_model: { verifier: 'counting', ground_truth: '3' } });
    expect(sample?.images[0]?.bytes).toHaveLength(8);
  });

  it('holds out by image: folders that share a file name have two images, and rows that share bytes have one', async () => {
    const { folder, context, said } = workplace();
    const problem = { problem_text: 'x', choices: ['1', '2'], answer: 'A' };
    for (const name of ['p1', 'p2', 'p3']) {
      mkdirSync(join(folder, name));
      await writeImage(join(folder, name, 'img_diagram.png'));
      writeFileSync(join(folder, name, 'data.json'), JSON.stringify({ ...problem, id: name }));
    }
    await convertCommand('geometry3k', { from: ['*/data.json'], out: 'set', holdOut: 3 }, context);
    expect(said.join('')).toMatch(/2 samples in .*train\.jsonl\n1 samples in .*test\.jsonl/);
    const [heldOut] = await read(join(folder, 'set/test.jsonl'));
    expect(heldOut?.images).toEqual([{ path: '../p3/img_diagram.png' }]);

    const rows = ['iVBORw0KGgo=', 'iVBORw0KGgo=', 'iVBORw0KGg8=', 'iVBORw0KGg8='].map((bytes) => ({
      problem: '<image>How many?',
      images: [{ bytes, path: 'image.png' }],
      answer: '3',
    }));
    writeFileSync(join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    await convertCommand('easyr1', { from: ['rows.jsonl'], out: 'two', verifier: 'counting', holdOut: 2 }, context);
    const [train, test] = await Promise.all(['train', 'test'].map((part) => read(join(folder, `two/${part}.jsonl`))));
    expect(train?.map(({ images }) => images[0]?.bytes?.[7])).toEqual([10, 10]);
    expect(test?.map(({ images }) => images[0]?.bytes?.[7])).toEqual([15, 15]);
    const tooFew = convertCommand('easyr1', { from: ['rows.jsonl'], out: 'none', verifier: 'counting', holdOut: 9 }, context);
    await expect(tooFew).rejects.toThrow(/--hold-out 9 leaves no sample for .*test\.jsonl/);
  });

  it('refuses paths that lead out of the folder of the images, unknown kinds and folders without files named', async () => {
    const { folder, context } = workplace();
    writeFileSync(join(folder, 'rows.jsonl'), `${JSON.stringify({ problem: 'x', images: ['../../etc/a.png'], answer: '1' })}\n`);
    await expect(convertCommand('easyr1', { from: ['rows.jsonl'], out: 'o' }, context)).rejects.toThrow(/rows\.jsonl:1.*leads out of/);
    await expect(convertCommand('cocoo', { from: ['rows.jsonl'], out: 'o' }, context)).rejects.toThrow(/the converters are chartqa, /);
    await expect(convertCommand('coco', { from: ['.'], out: 'o' }, context)).rejects.toThrow(/is a folder/);
  });
});

describe(absent ? 'real data (skipped: no ../shared/real-data)' : 'real data', () => {
  it.skipIf(absent)('OCRBench: all 1,000 rows, every gold answer right', async () => {
    const { folder, context } = workplace();
    await convertCommand('ocrbench', { from: [join(shared, 'ocrbench/OCRBench.json')], out: 'ocr.jsonl' }, context);
    const samples = await read(join(folder, 'ocr.jsonl'));
    expect(samples).toHaveLength(1000);
    expect(new Set(samples.map(({ extra_info }) => extra_info.id)).size).toBe(1000);
    // The images are not part of that selection, so only the answers are checked.
    const bare = samples.map((sample) => ({ ...sample, images: [], prompt: [{ role: 'user' as const, content: 'x' }] }));
    await writeJsonl(join(folder, 'bare.jsonl'), bare);
    expect(await problemsIn(join(folder, 'bare.jsonl'))).toEqual([]);
  });

  it.skipIf(absent)('Geometry3K: the original folders, with their diagrams', async () => {
    const { folder, context } = workplace();
    await convertCommand('geometry3k', { from: [join(shared, 'geometry3k/data_examples/*/data.json')], out: 'geo.jsonl' }, context);
    expect(await read(join(folder, 'geo.jsonl'))).toHaveLength(10);
    expect(await problemsIn(join(folder, 'geo.jsonl'))).toEqual([]);
  });

  it.skipIf(absent)('BCCD by its table of boxes is what its VOC files say', async () => {
    const { folder, context } = workplace();
    const from = join(folder, 'photos');
    mkdirSync(from);
    const table = readFileSync(join(shared, 'bccd/all_boxes.csv'), 'utf8').split('\n');
    const images = join(shared, 'bccd/JPEGImages');
    const lines = table.filter((line, index) => index === 0 || existsSync(join(images, String(/BloodImage_\d+\.\w+/.exec(line)?.[0]))));
    writeFileSync(join(from, 'labels.csv'), lines.join('\n'));
    for (const name of readdirSync(images)) copyFileSync(join(images, name), join(from, name));
    await convertCommand('csv', { from: ['photos'], out: 'set' }, context);
    for (const part of ['train', 'test']) expect(await problemsIn(join(folder, 'set', `${part}.jsonl`))).toEqual([]);
    expect(lines.length).toBeGreaterThan(400);
  });
});
