// What is mutated, and which tests have to notice. Tests of other folders are named where they are the ones that pin the behavior.

const trainer = 'packages/trainer/src';

/** @type {Readonly<Record<string, { mutate: readonly string[], tests: readonly string[], last?: readonly string[] }>>} `last` names test files that take long. */
export const targets = {
  optimizer: {
    // `device-optimizer.ts` computes on the native library alone; `native.e2e.test.ts` holds it to the host's and to PyTorch's numbers.
    mutate: [`${trainer}/optimizer/*.ts`, `!${trainer}/optimizer/device-optimizer.ts`],
    tests: [`${trainer}/optimizer/*.test.ts`],
  },
  advantages: { mutate: [`${trainer}/advantages/*.ts`], tests: [`${trainer}/advantages/*.test.ts`] },
  objectives: { mutate: [`${trainer}/objectives/*.ts`], tests: [`${trainer}/objectives/*.test.ts`] },
  rollout: {
    mutate: [`${trainer}/rollout/*.ts`],
    // `sample-responses.test.ts` runs the real model for seconds; what it sees of one place, `turns.test.ts` sees in numbers.
    tests: [`${trainer}/rollout/{sample-token,generation-config,turns,generate-rows,generate}.test.ts`],
    last: ['generate-rows.test.ts', 'generate.test.ts'],
  },
  train: {
    mutate: [`${trainer}/train/*.ts`],
    tests: [
      `${trainer}/train/{config,evaluate,evaluate-batches,golden-steps,overlong,requests,requests-of-plugins,reward-each,supervise,tool-use,trajectory}.test.ts`,
    ],
    last: ['golden-steps.test.ts'],
  },
  schedule: { mutate: ['packages/iou/src/schedule*.ts'], tests: ['packages/iou/src/schedule*.test.ts'] },
  score: {
    mutate: ['packages/verifiers/src/score*.ts'],
    tests: ['packages/verifiers/src/{score-contract,score,scorers,registry}.test.ts'],
  },
};
