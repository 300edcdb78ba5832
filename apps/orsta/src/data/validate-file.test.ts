import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtins, createRegistry } from '@vtriune/verifiers';
import { expect, it } from 'vitest';
import { validateFile } from './validate-file.ts';

const good = {
  data_source: 's',
  images: [],
  prompt: [{ role: 'user', content: 'q' }],
  ability: 'math',
  reward_model: { verifier: 'mathverify', ground_truth: '4' },
  extra_info: { id: 'good' },
};

it('lists broken lines, unknown verifiers, unreadable truths and missing images, and nothing else', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-validate-')), 'samples.jsonl');
  const lines = [
    good,
    { ...good, reward_model: { verifier: 'counting', ground_truth: 'no number' } },
    { ...good, reward_model: { verifier: 'mathverfy', ground_truth: '4' } },
    { ...good, images: [{ path: 'absent.png' }], prompt: [{ role: 'user', content: '<image>' }] },
    { ...good, ability: 3 },
  ];
  writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{broken\n`);
  const { samples, problems } = await validateFile(path, createRegistry(builtins));
  expect(samples).toBe(6);
  expect(problems.map((problem) => Number(/samples\.jsonl:(\d)/.exec(problem)?.[1]))).toEqual([2, 3, 4, 5, 6]);
  expect(problems[2]).toContain('absent.png does not exist');
});
