/**
 * `orsta/benchmark`: what a package with a benchmark of its own is written with. `defineBenchmark` gives its parts their types, the readers take rows
 * from the kinds of files that benchmarks are published in, with errors that name file and row.
 */
export { defineBenchmark } from './benchmarks/contract.ts';
export type {
  Benchmark,
  GroupScore,
  Judged,
  JudgedBox,
  Judgment,
  LeftOut,
  Question,
  QuestionImage,
  Rules,
  Scorer,
  ScorerOptions,
  Summary,
} from './benchmarks/contract.ts';
export { has, imageOf, numberIn, numbersIn, placeOf, readRows, textOf } from './benchmarks/read-rows.ts';
export type { Row } from './benchmarks/read-rows.ts';
export { meanSummary } from './benchmarks/summarize.ts';
export { OrstaError } from './errors.ts';
export type { OrstaErrorCode } from './errors.ts';
