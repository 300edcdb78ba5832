import { defineConfig } from 'vitest/config';

function source(path: string): string {
  return new URL(path, import.meta.url).pathname;
}

// Tests run against the sources, so that an edit in one package is seen by the others without a build.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@vtriune\/([a-z-]+)$/, replacement: source('./packages/$1/src/index.ts') },
      { find: /^@vtriune\/([a-z-]+)\/([a-z-]+)$/, replacement: source('./packages/$1/src/$2.ts') },
    ],
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/page/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'benchmarks/**/*.test.ts',
      'tooling/**/*.test.mjs',
      'examples/*/src/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.e2e.test.ts'],
    testTimeout: 60_000,
    globalSetup: './tooling/temporary-folder.mjs',
    maxWorkers: 2,
  },
});
