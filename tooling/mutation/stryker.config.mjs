// StrykerJS changes the sources one place at a time and runs the tests that reach it; a change that no test notices survives.
import { targets } from './targets.mjs';

const name = process.env.MUTATION_TARGET;

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tooling/mutation/vitest.config.mjs', related: false },
  mutate: [...targets[name].mutate, '!**/*.test.ts'],
  // What runs once when a module is loaded, such as a schema, would need every test again for each change.
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 10_000,
  reporters: ['json'],
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  incremental: true,
  incrementalFile: `reports/mutation/${name}.incremental.json`,
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['dist', 'runs', 'docs', 'benchmarks', '.turbo', 'reports', '*.log'],
};
