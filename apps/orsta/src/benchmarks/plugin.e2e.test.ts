// A benchmark of a third party: a package in `node_modules` with the shape that the README describes, run by its name from the command line.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BenchmarkResult } from './result.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const model = new URL('../../models/orsta-nano-base', import.meta.url).pathname;
const project = mkdtempSync(join(tmpdir(), 'benchmark-plugin-'));

function write(path: string, value: string | Buffer): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), value);
}

function orsta(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: project });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code, output })));
}

function writePackage(name: string, source: string): void {
  const manifest = { name, version: '1.2.0', type: 'module', exports: { import: './index.js' } };
  write(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  write(`node_modules/${name}/index.js`, source);
}

const SHAPES = `import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const shapes = {
  name: 'shapes',
  title: 'Shapes',
  sources: { official: 'orsta-benchmark-shapes@1.2.0' },
  prompts: ['plain', 'polite'],
  layout: 'a file of JSON lines with id, image, shape',
  async *read(data, { images }) {
    for (const line of (await readFile(data, 'utf8')).trim().split('\\n')) {
      const { id, image, shape } = JSON.parse(line);
      yield {
        id,
        prompts: { plain: 'Which shape is it?', polite: 'Which shape is it, please?' },
        images: images ? [{ path: resolve(dirname(data), image) }] : [],
        groups: { shape: [shape] },
        truth: shape,
      };
    }
  },
  scorer({ rules, seed }) {
    return {
      judge: ({ truth }, response) => ({
        score: BAD_SCORE ?? Number(response.toLowerCase().includes(truth)),
        answer: response.trim(),
        expected: truth,
        why: rules + ' ' + String(seed),
      }),
    };
  },
};
export default { meta: { name: 'orsta-benchmark-shapes', version: '1.2.0' }, benchmarks: [shapes] };
`;

beforeAll(async () => {
  writePackage('orsta-benchmark-shapes', `const BAD_SCORE = undefined;\n${SHAPES}`);
  writePackage('orsta-benchmark-wrong', `const BAD_SCORE = 3;\n${SHAPES}`);
  writePackage(
    'orsta-benchmark-none',
    'export default { meta: { name: "orsta-benchmark-none", version: "1.0.0" }, benchmarks: [{ name: "x" }] };',
  );
  const circle = '<svg width="64" height="64"><rect width="64" height="64" fill="#eee"/><circle cx="32" cy="32" r="12" fill="red"/></svg>';
  write('data/circle.png', await sharp(Buffer.from(circle)).png().toBuffer());
  const rows = ['a', 'b', 'c'].map((id) => JSON.stringify({ id, image: 'circle.png', shape: id === 'c' ? 'square' : 'circle' }));
  write('data/shapes.jsonl', `${rows.join('\n')}\n`);
  write('answers.jsonl', ['a', 'b', 'c'].map((id) => `${JSON.stringify({ id, response: 'A circle.' })}\n`).join(''));
  write(
    'recipe.yaml',
    `name: plug\nmodel: { path: ${model} }\nplugins: [orsta-benchmark-shapes]\ndata: { kind: suite, seed: 1 }\ntrainer: { steps: 1 }\n`,
  );
});

const bench = ['eval', 'bench', 'shapes', '--data', 'data/shapes.jsonl', '--plugins', 'orsta-benchmark-shapes'];

describe('a benchmark that comes as a package', () => {
  it('asks a model with its prompts and images, scores, groups and reports', { timeout: 120_000 }, async () => {
    const { code, output } = await orsta(
      ...bench,
      '--model',
      model,
      '--ranks',
      '1',
      '--max-new-tokens',
      '6',
      '--prompt',
      'plain',
      'polite',
    );
    expect(output).toContain('Shapes, rules official (orsta-benchmark-shapes@1.2.0)');
    expect(code).toBe(0);
    const results = ['plain', 'polite'].map(
      (prompt) => JSON.parse(readFileSync(join(project, 'evals/shapes', prompt, 'result.json'), 'utf8')) as BenchmarkResult,
    );
    expect(results.map(({ prompt, questions }) => ({ prompt, questions }))).toEqual([
      { prompt: 'plain', questions: 3 },
      { prompt: 'polite', questions: 3 },
    ]);
    // The polite prompt has one more token at least, and an image is worth more than the words.
    const [plain = 0, polite = 0] = results.map(({ usage }) => usage?.prompt_tokens);
    expect(polite).toBeGreaterThan(plain);
    expect(plain).toBeGreaterThan(3 * 16);
    expect(Object.keys(results[0]?.groups['shape'] ?? {})).toEqual(['circle', 'square']);
    expect(readFileSync(join(project, 'evals/shapes/plain/report.html'), 'utf8')).toContain('Shapes');
  });

  it('scores stored responses', { timeout: 60_000 }, async () => {
    const { code, output } = await orsta(...bench, '--predictions', 'answers.jsonl', '--out', 'stored', '--json');
    expect(code).toBe(0);
    const result = JSON.parse(output) as BenchmarkResult;
    expect(result.score).toBeCloseTo(2 / 3, 12);
    expect(result.items.map(({ score, why }) => ({ score, why }))).toEqual([1, 1, 0].map((score) => ({ score, why: 'official 42' })));
    expect(result.groups['shape']).toEqual({ circle: { count: 2, score: 1 }, square: { count: 1, score: 0 } });
  });

  it('is refused before a model is asked where it has not the rules', { timeout: 60_000 }, async () => {
    const { code, output } = await orsta(...bench, '--model', '/no/such/model', '--rules', 'paper', '--out', 'rules');
    expect(output).toContain('shapes has no rules "paper". It has: official.');
    expect(code).toBe(2);
  });

  it('is refused by name where it scores outside of 0 to 1', { timeout: 60_000 }, async () => {
    const { code, output } = await orsta(
      ...bench.slice(0, -1),
      'orsta-benchmark-wrong',
      '--predictions',
      'answers.jsonl',
      '--out',
      'wrong',
    );
    expect(output).toMatch(/shapes gave the response to a the score 3.*between 0 and 1, or null/);
    expect(code).toBe(1);
  });

  it.each([
    ['orsta-benchmark-none', 'benchmarks[0] of the package orsta-benchmark-none is no benchmark'],
    ['orsta-benchmark-absent', 'orsta-benchmark-absent'],
  ])('%s is refused by name', { timeout: 60_000 }, async (name, message) => {
    const { code, output } = await orsta(...bench.slice(0, -1), name, '--predictions', 'answers.jsonl', '--out', 'none');
    expect(output).toContain(message);
    expect(output).not.toContain('    at ');
    expect(code).not.toBe(0);
  });

  it('may be listed in a recipe, which takes nothing of it', { timeout: 60_000 }, async () => {
    const { code, output } = await orsta('train', 'recipe.yaml', '--dry-run');
    expect(output).toContain('- orsta-benchmark-shapes');
    expect(code).toBe(0);
  });
});
