// What is mutated, and which tests have to notice. Tests of other folders are named where they are the ones that pin the behavior.

const trainer = 'packages/trainer/src';

/** @type {Readonly<Record<string, { mutate: readonly string[], tests: readonly string[] }>>} */
export const targets = {
  optimizer: { mutate: [`${trainer}/optimizer/*.ts`], tests: [`${trainer}/optimizer/*.test.ts`] },
  advantages: { mutate: [`${trainer}/advantages/*.ts`], tests: [`${trainer}/advantages/*.test.ts`] },
  objectives: {
    mutate: [`${trainer}/objectives/*.ts`],
    tests: [`${trainer}/objectives/*.test.ts`, `${trainer}/engines/replica.test.ts`],
  },
  rollout: { mutate: [`${trainer}/rollout/*.ts`], tests: [`${trainer}/rollout/*.test.ts`, `${trainer}/testing/leaks.test.ts`] },
  train: { mutate: [`${trainer}/train/*.ts`], tests: [`${trainer}/train/*.test.ts`] },
  schedule: { mutate: ['packages/iou/src/schedule*.ts'], tests: ['packages/iou/src/schedule.test.ts'] },
  score: {
    mutate: ['packages/verifiers/src/score*.ts'],
    tests: ['packages/verifiers/src/{score,scorers,registry,near-misses,readme-tasks}.test.ts'],
  },
};
