import { defineConfig } from 'vitest/config';

// Whole programs and processes, against what the build made: no alias to the sources here.
export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.e2e.test.ts', 'apps/*/{src,test}/**/*.e2e.test.ts', 'examples/**/*.e2e.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    passWithNoTests: true,
    globalSetup: './tooling/temporary-folder.mjs',
    maxWorkers: 2,
    // A browser or a child process can be late once on a busy machine. What fails twice is wrong; a repeated test is marked in the output.
    retry: 1,
  },
});
