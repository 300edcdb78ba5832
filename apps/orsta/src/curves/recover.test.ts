import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRollouts } from './recover.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recover-'));
});
afterEach(() => rm(folder, { recursive: true }));

function rollout(step: number, response: string): string {
  const shared = { id: 'a', data_source: 's', verifier: 'v' };
  const result = { ...shared, status: 'failed', error: { code: 'timeout', message: response } };
  return JSON.stringify({ step, run: 'r', source: 's', sample: 'a', prompt: '', response, result });
}

it('reads responses with any character, longer than a piece of the file, of the steps that are not written', async () => {
  // Some versions of Node end a line at U+2028, which JSON leaves as it is.
  const responses = ['a\u2028b\u2029c\u0085d\r\ne', '\u{1f600}'.repeat(100_000)];
  const lines = [rollout(1, 'old'), ...responses.map((response) => rollout(2, response))];
  await writeFile(join(folder, 'rollouts.jsonl'), lines.map((line) => `${line}\n`).join(''));
  const read: string[] = [];
  for await (const { response } of openRollouts(folder, 1)) read.push(response);
  expect(read).toEqual(responses);
});
