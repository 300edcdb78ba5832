import { defineConfig } from 'tsup';

// `schemas` is apart so that the schema files can be written without running the program; every rank imports `dense-objective` for itself;
// `benchmark` is the entry for packages with benchmarks; `scoring` is what benchmarks/eval measures.
export default defineConfig({
  entry: {
    cli: 'src/cli.ts',
    benchmark: 'src/benchmark.ts',
    schemas: 'src/schemas.ts',
    scoring: 'src/benchmarks/scoring.ts',
    'dense-objective': 'src/pretrain/dense-objective.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'node',
  clean: true,
  sourcemap: true,
  // As in the packages: 700 files that one is loaded faster.
  noExternal: ['typebox'],
  // Only what authors of benchmarks import has declarations.
  dts: {
    entry: { benchmark: 'src/benchmark.ts' },
    compilerOptions: { paths: {}, noEmit: false, allowImportingTsExtensions: false, rewriteRelativeImportExtensions: true },
  },
});
