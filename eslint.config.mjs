// The house rules that a program can check. Each is explained in docs/conventions.md; the parts are in tooling/eslint.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { arrows } from './tooling/eslint/arrows.mjs';
import { houseRules, libraryRules, rangeErrorRules, scriptRules, testRules } from './tooling/eslint/house-rules.mjs';

const PAGES = ['packages/*/page/**/*.{ts,tsx}'];
const SOURCES = ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts', ...PAGES];
const TESTS = ['**/*.test.ts', 'packages/*/test/**/*.ts', 'apps/*/test/**/*.ts'];
const TYPED = ['**/*.ts', '**/*.tsx'];

export default defineConfig(
  globalIgnores([
    '**/dist/',
    'runs/',
    'apps/orsta/runs/',
    '**/schema/',
    '**/assembly/',
    '**/kernel-binary.ts',
    '**/test/fixtures/**',
    '.turbo/',
    'tooling/exports/',
  ]),
  // A rule is changed here, for everyone, or kept: comments that switch it off in one place have no effect.
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  {
    files: TYPED,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './packages/*/page/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
  },
  { files: SOURCES, ...houseRules },
  { files: ['packages/*/src/**/*.ts'], ignores: TESTS, ...libraryRules },
  { files: ['packages/iou/src/**/*.ts', 'packages/format/src/at.ts'], ignores: TESTS, ...rangeErrorRules },
  { files: ['packages/trainer/src/train/train.ts'], rules: { 'max-lines': ['error', { max: 250 }] } },
  ...arrows,
  { files: TESTS, ...testRules },
  { files: ['**/*.mjs', 'apps/*/bin/*.js'], ...scriptRules },
);
