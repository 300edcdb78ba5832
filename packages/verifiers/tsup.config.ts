import { definePackage } from '@vtriune/tooling/define-package';

// Beside the public entries, the file that each scoring thread starts from.
export default definePackage({
  entry: {
    index: 'src/index.ts',
    server: 'src/server.ts',
    client: 'src/client.ts',
    math: 'src/math.ts',
    scorers: 'src/scorers.ts',
    testing: 'src/testing.ts',
    'score-worker': 'src/server/score-worker.ts',
  },
});
