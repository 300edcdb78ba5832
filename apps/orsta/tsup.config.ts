import { defineConfig } from 'tsup';

// `schemas` is apart so that the schema files can be written without running the program.
export default defineConfig({
  entry: ['src/cli.ts', 'src/schemas.ts'],
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
});
