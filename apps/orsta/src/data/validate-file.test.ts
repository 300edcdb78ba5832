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

async function problemsOf(...lines: unknown[]): Promise<readonly string[]> {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-validate-')), 'samples.jsonl');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return (await validateFile(path, createRegistry(builtins))).problems;
}

it('lists gold answers below 1, with what they score', async () => {
  const flat = { verifier: 'grounding', ground_truth: '[10, 10, 50, 10]', verifier_parm: { iou_threshold: 0.5 } };
  const [problem, ...others] = await problemsOf(good, { ...good, reward_model: flat });
  expect(others).toEqual([]);
  expect(problem).toMatch(/:2 good: its gold answer .*\[10,10,50,10\].* scores 0\.0000 with "grounding"/);
});

it('takes gold answers in the format that the sample pays for', async () => {
  const ratios = { accuracy_ratio: 0.9, format_ratio: 0.1 };
  const compat = { verifier_parm: { compat: 'v-triune' }, ground_truth: '$4$' };
  const models = [ratios, { ...ratios, ...compat }].map((more) => ({ ...good, reward_model: { ...good.reward_model, ...more } }));
  expect(await problemsOf(...models)).toEqual([]);
});

it('checks every verifier of a sample that has several', async () => {
  const rewards = (...entries: object[]) => ({ ...good, reward_model: { ...good.reward_model, rewards: entries } });
  expect(await problemsOf(rewards({ verifier: 'mathverify', weight: 2 }, { verifier: 'format' }))).toEqual([]);
  const [broken] = await problemsOf(rewards({ verifier: 'mathverify' }, { verifier: 'counting', ground_truth: 'many', name: 'n' }));
  expect(broken).toContain('Ground truth of "counting" is "many"');
});

it('lists broken lines, unknown verifiers, unreadable truths and missing images, and nothing else', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'orsta-validate-')), 'samples.jsonl');
  const lines = [
    good,
    { ...good, reward_model: { verifier: 'counting', ground_truth: 'many' } },
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
