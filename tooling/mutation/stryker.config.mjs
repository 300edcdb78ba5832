// StrykerJS changes the sources one place at a time and runs the tests that reach it; a change that no test notices survives.
import { targets } from './targets.mjs';

const name = process.env.MUTATION_TARGET;

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tooling/mutation/vitest.config.mjs', related: false },
  mutate: [...targets[name].mutate, '!**/*.test.ts'],
  // Messages and descriptions are prose; where a test should hold one, it does so by a pattern.
  mutator: { excludedMutations: ['StringLiteral'] },
  concurrency: 1,
  // What runs once when a module is loaded, such as a schema, needs a thread of its own and every test again for each change: `MUTATION_STATIC=1`.
  ignoreStatic: process.env.MUTATION_STATIC !== '1',
  // On a busy machine: a change that only came late would count as noticed.
  timeoutMS: 30_000,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  incremental: true,
  incrementalFile: `reports/mutation/${name}.incremental.json`,
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['dist', 'runs', 'docs', 'benchmarks', '.turbo', 'reports', '*.log'],
};
