// `orsta eval bench` as users run it: orsta-nano on a small file of each benchmark in its published layout, and a run that is killed and goes on.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parquetWriteFile } from 'hyparquet-writer';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { startFakeServer } from '../../test/fake-chat-server.ts';
import type { BenchmarkResult } from './result.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const model = new URL('../../models/orsta-nano-base', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
let png: Buffer;

/** Runs the program; resolves to its exit code and what it wrote. */
function orsta(args: readonly string[], onStart?: (kill: () => void) => void): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: folder });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  onStart?.(() => child.kill('SIGKILL'));
  return new Promise((done) => child.on('close', (code) => done({ code, output })));
}

function write(path: string, value: unknown): void {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, Buffer.isBuffer(value) || typeof value === 'string' ? value : JSON.stringify(value));
}

/** Text columns, and the struct of bytes and path that the Hub has for images. */
function parquet(path: string, columns: Record<string, unknown[]>): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
  const schema = Object.keys(columns).flatMap((name) =>
    name.startsWith('image_')
      ? [
          { name, repetition_type: 'OPTIONAL' as const, num_children: 2 },
          { name: 'bytes', type: 'BYTE_ARRAY' as const, repetition_type: 'OPTIONAL' as const },
          { name: 'path', ...text },
        ]
      : [{ name, ...text }],
  );
  parquetWriteFile({
    filename: join(folder, path),
    schema: [{ name: 'root', num_children: Object.keys(columns).length }, ...schema],
    columnData: Object.entries(columns).map(([name, data]) => ({ name, data })),
  });
}

/** Writes each benchmark in its published layout and returns what `--data` is. */
const LAYOUTS: Record<string, () => string> = {
  mmmu: () => {
    parquet('mmmu/Art/validation-00000-of-00001.parquet', {
      id: ['validation_Art_1', 'validation_Art_2'],
      question: ['What is in <image 1>?', 'How many objects are in <image 1>?'],
      options: ["['a circle', 'a house']", '[]'],
      answer: ['A', "['1', 'one']"],
      question_type: ['multiple-choice', 'open'],
      image_1: [{ bytes: png, path: '1.png' }, { bytes: png, path: '2.png' }], // prettier-ignore
    });
    return 'mmmu';
  },
  'mega-bench': () => {
    const info =
      "{'field_score_function': {'answer': 'simple_str_match'}, 'aggregation': {'function': 'mean', 'field_weights': {'answer': 1}}, 'response_parse_function': 'answer_string'}";
    parquet('mega/core-test.parquet', {
      id: ['1', '2', '3'],
      task_name: ['shapes', 'shapes', 'rhymes'],
      task_description: ['Name the shape.', 'Name the shape.', 'Write a rhyme.'],
      example_text: ['', '', ''],
      global_media: ['[]', '[]', '[]'],
      example_media: ['[]', '[]', '[]'],
      query_text: ['<image>', '<image>', 'Go.'],
      query_media: ["['a.png']", "['a.png']", '[]'],
      answer: ["{'answer': 'circle'}", "{'answer': 'circle'}", "{'answer': ''}"],
      metric_info: [info, info, info.replace('simple_str_match', 'constrained_generation')],
      eval_context: ['{}', '{}', '{}'],
    });
    write('mega/a.png', png);
    write('mega/all_task_meta.json', {
      shapes: { app: 'Perception', skills: ['Seeing'], input_format: 'Photographs', output_format: 'exact_text', num_input: '1-image' },
    });
    return 'mega';
  },
  mathvista: () => {
    const row = {
      question: 'How many circles?',
      image: 'images/1.png',
      choices: null,
      unit: null,
      precision: null,
      answer: '1',
      question_type: 'free_form',
      answer_type: 'integer',
      pid: '1',
      metadata: { task: 'count' },
    };
    write('mathvista/testmini.json', {
      1: row,
      2: { ...row, pid: '2', choices: ['1', '2'], question_type: 'multi_choice', answer_type: 'text' },
    });
    write('mathvista/images/1.png', png);
    return 'mathvista/testmini.json';
  },
  coco: () => {
    write('coco/instances_val2017.json', {
      images: [{ id: 7, file_name: '7.png' }],
      annotations: [{ id: 1, image_id: 7, category_id: 3, bbox: [20, 20, 24, 24], area: 576, iscrowd: 0 }],
      categories: [{ id: 3, name: 'circle' }],
    });
    write('coco/val2017/7.png', png);
    return 'coco/instances_val2017.json';
  },
  ovdeval: () => {
    write('ovd/annotations/color.json', { images: [{ id: 0, file_name: '0.png', text: ['red circle'], neg_text: ['blue circle'] }], annotations: [{ id: 0, image_id: 0, category_id: 0, bbox: [20, 20, 24, 24], area: 576, iscrowd: 0 }], categories: [{ id: 0, name: 'red circle' }, { id: 1, name: 'blue circle' }] }); // prettier-ignore
    write('ovd/images/color/0.png', png);
    return 'ovd/annotations';
  },
  countbench: () => {
    write(
      'countbench/CountBenchQA.tsv',
      `index\timage\tquestion\tanswer\n0\t${png.toString('base64')}\tHow many circles are in the image?\t1\n`,
    );
    return 'countbench/CountBenchQA.tsv';
  },
  ocrbench: () => {
    write('ocr/OCRBench.json', [
      {
        dataset_name: 'made',
        id: 1,
        image_path: '1.png',
        question: 'what is written in the image?',
        answers: ['A'],
        type: 'Regular Text Recognition',
      },
    ]);
    write('ocr/1.png', png);
    return 'ocr/OCRBench.json';
  },
  'ocrbench-v2': () => {
    write('ocr2/OCRBench_v2.json', [
      { id: 1, dataset_name: 'made', type: 'text recognition en', question: 'What is written?', image_path: '1.png', answers: ['A'] },
    ]);
    write('ocr2/1.png', png);
    return 'ocr2/OCRBench_v2.json';
  },
  'screenspot-pro': () => {
    write('screens/annotations/app.json', [
      {
        id: 'app_0',
        img_filename: 'app/0.png',
        bbox: [20, 20, 44, 44],
        img_size: [64, 64],
        instruction: 'open the circle',
        application: 'app',
        platform: 'linux',
        group: 'Dev',
        ui_type: 'icon',
      },
    ]);
    write('screens/images/app/0.png', png);
    return 'screens/annotations';
  },
};

beforeAll(async () => {
  const svg = '<svg width="64" height="64"><rect width="64" height="64" fill="#eee"/><circle cx="32" cy="32" r="12" fill="red"/></svg>';
  png = await sharp(Buffer.from(svg)).png().toBuffer();
});

describe('orsta-nano on each benchmark in its published layout', () => {
  it.each(Object.keys(LAYOUTS))('%s', { timeout: 120_000 }, async (name) => {
    const data = LAYOUTS[name]?.() ?? '';
    const out = join(folder, 'out', name);
    const { code, output } = await orsta([
      'eval',
      'bench',
      name,
      '--data',
      data,
      '--model',
      model,
      '--ranks',
      '1',
      '--max-new-tokens',
      '12',
      '--out',
      out,
    ]);
    expect(output).toContain('report.html');
    expect(code).toBe(0);
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as BenchmarkResult;
    expect(result.benchmark).toBe(name);
    expect(result.items.length).toBeGreaterThan(0);
    expect(result.usage?.completion_tokens).toBeGreaterThan(0);

    expect(result.score).not.toBeNull();
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('<!doctype html>');
  });
});

describe('a run against a server', () => {
  it('is killed at any time, goes on, asks for no logged answer again, and scores each question once', { timeout: 120_000 }, async () => {
    const rows = Array.from({ length: 60 }, (_, index) => `${String(index)}\t${png.toString('base64')}\tHow many? (${String(index)})\t1`);
    write('many/CountBenchQA.tsv', `index\timage\tquestion\tanswer\n${rows.join('\n')}\n`);
    const server = await startFakeServer(() => ({ text: '1', delayMs: 40 }));
    const args = [
      'eval',
      'bench',
      'countbench',
      '--data',
      'many/CountBenchQA.tsv',
      '--url',
      server.url,
      '--model',
      'm',
      '--slots',
      '4',
      '--out',
      join(folder, 'many/out'),
    ];
    let asked = 0;
    for (const after of [8, 16, 24]) {
      await orsta(args, (kill) => {
        void (async () => {
          while (server.requests.length < asked + after) await setTimeout(5);
          kill();
        })();
      });
      asked = server.requests.length;
    }
    const logged = readFileSync(join(folder, 'many/out/responses.jsonl'), 'utf8').trim().split('\n').length;
    const { code } = await orsta(args);
    expect(code).toBe(0);
    const lines = readFileSync(join(folder, 'many/out/responses.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { id: string }); // prettier-ignore
    expect(new Set(lines.map(({ id }) => id)).size).toBe(60);
    expect(lines).toHaveLength(60);
    expect(server.requests.length - asked).toBeLessThanOrEqual(60 - logged + 1);
    const result = JSON.parse(readFileSync(join(folder, 'many/out/result.json'), 'utf8')) as BenchmarkResult;
    expect(result).toMatchObject({ questions: 60, score: 1 });
    const other = await orsta([...args.slice(0, -2), '--temperature', '1', '--out', join(folder, 'many/out')]);
    expect(other).toMatchObject({ code: 1, output: expect.stringContaining('now temperature is 1') });
    await server.close();
  });
});
