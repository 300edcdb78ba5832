// Scoring without a command line, for `benchmarks/eval`: from the files of a benchmark and of responses to scores.
export { readPredictions } from './predictions.ts';
export { loadBenchmark } from './registry.ts';
export { scoreResponses } from './score-responses.ts';
