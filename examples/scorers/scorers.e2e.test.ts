import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtins } from '@vtriune/verifiers';
import { asScorer } from '@vtriune/verifiers/scorers';
import { expect, it } from 'vitest';
import { describeEval } from 'vitest-evals/legacy';

it('scores beside autoevals, and prints what the README shows', () => {
  const script = fileURLToPath(new URL('scorers.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout.trim().split('\n')).toEqual([
    'mathverify: 1 (Levenshtein of autoevals: 0.00)',
    'counting: 0.75 (Levenshtein of autoevals: 0.00)',
    'counting: null (Levenshtein of autoevals: 0.00) invalid_ground_truth',
    'promptfoo: pass, mathverify: accuracy 1, at least 1',
  ]);
});

function find(name: string) {
  const verifier = builtins.find((one) => one.name === name);
  if (verifier === undefined) throw new Error(`No verifier is called ${name}.`);
  return verifier;
}

// vitest-evals runs the task of each case and fails the test where the mean score is below the threshold.
describeEval('a model that adds', {
  data: () =>
    Promise.resolve([
      { input: '2+3', expected: '5' },
      { input: '20+22', expected: '42' },
    ]),
  task: (input) => Promise.resolve(`The answer is ${input.split('+').reduce((sum, part) => sum + Number(part), 0)}.`),
  scorers: [asScorer(find('mathverify')), asScorer(find('numeric'))],
  threshold: 1,
});
