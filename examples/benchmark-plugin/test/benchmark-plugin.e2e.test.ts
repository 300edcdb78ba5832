// The package as its author has it: compiled against the declarations of `orsta/benchmark`, then run by its path.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const orsta = join(dirname(require.resolve('orsta/package.json')), 'bin/orsta.js');
const folder = mkdtempSync(join(tmpdir(), 'benchmark-example-'));

function lines(name: string, rows: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

function evaluate(data: string, predictions: string) {
  const out = join(folder, 'out');
  const args = ['eval', 'bench', 'clocks', '--plugins', packageFolder, '--data', data, '--predictions', predictions, '--out', out];
  return spawnSync(process.execPath, [orsta, ...args], { cwd: folder, encoding: 'utf8' });
}

beforeAll(() => {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', packageFolder], { stdio: 'inherit' });
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CLOCKS = [
  { id: 'a', image: 'a.png', time: '3:45' },
  { id: 'b', image: 'b.png', time: '12:00', style: 'roman' },
  { id: 'c', image: 'c.png', time: '0:30', style: 'roman' },
];

it('compiles, and scores stored answers', () => {
  const answers = lines('answers.jsonl', [
    { id: 'a', response: 'The short hand is near 4, so it is 3:45.' },
    { id: 'b', response: '11:59' },
    { id: 'c', response: 'noon' },
  ]);
  const { status, stdout, stderr } = evaluate(lines('clocks.jsonl', CLOCKS), answers);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('Clocks, rules official (orsta-benchmark-clocks@0.1.0)');
  const result = JSON.parse(readFileSync(join(folder, 'out/result.json'), 'utf8')) as Record<string, unknown>;
  expect(result).toMatchObject({
    score: 0.5,
    groups: { style: { plain: { count: 1, score: 1 }, roman: { count: 2, score: 0.25 } } },
  });
});

it('names the row that is wrong', () => {
  const wrong = lines('wrong.jsonl', [CLOCKS[0] ?? {}, { id: 'b', image: 'b.png', time: 'noon' }]);
  const { status, stderr } = evaluate(wrong, lines('answers.jsonl', [{ id: 'a', response: '1:00' }]));
  expect(status).toBe(1);
  expect(stderr).toContain('error (invalid_data): wrong.jsonl: row 2: time is noon');
});
