import { defineConfig } from 'vitest/config';

const source = (path: string): string => new URL(path, import.meta.url).pathname;

// Tests run against the sources, so that an edit in one package is seen by the others without a build.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@vtriune\/(iou|format|verifiers|monitor|trainer)$/, replacement: source('./packages/$1/src/index.ts') },
      { find: /^@vtriune\/(verifiers)\/(testing)$/, replacement: source('./packages/$1/src/$2.ts') },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tooling/**/*.test.ts'],
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
