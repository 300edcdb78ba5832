import { basename } from 'node:path';
import base from '../../vitest.config.ts';
import { keptThread } from './kept-thread.mjs';
import { targets } from './targets.mjs';

const { tests, last = [] } = targets[process.env.MUTATION_TARGET];

/** A run ends with the first test that fails, so that files that take long come last. */
function slowLast() {
  const place = ({ moduleId }) => last.indexOf(basename(moduleId));
  return {
    sort: (files) => [...files].sort((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId)),
    shard: (files) => files,
  };
}

export default {
  ...base,
  plugins: [keptThread()],
  test: {
    ...base.test,
    include: tests,
    maxWorkers: 1,
    isolate: false,
    setupFiles: ['./tooling/mutation/report-coverage.mjs'],
    sequence: { sequencer: slowLast, setupFiles: 'list' },
  },
};
