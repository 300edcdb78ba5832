/** Two results of one benchmark side by side: the difference with its interval, a paired test, and the questions that changed. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMatchOf } from './match-schema.ts';
import { OrstaError } from '../errors.ts';
import { BenchmarkResult } from './result.ts';
import { percent } from './result-table.ts';
import { comparePaired, compareResampled, type PairedComparison, type ResampledComparison } from './statistics.ts';

/** A comparison. */
export interface ResultComparison extends PairedComparison {
  readonly benchmark: string;
  readonly a: string;
  readonly b: string;
  /** Where the score is no mean: the scores, and their difference by the bootstrap over images. The rest is about the units. */
  readonly score?: ResampledComparison & { readonly measure: string; readonly a: number; readonly b: number };
  /** Units that became better, and worse, those that changed most first. */
  readonly improved: readonly string[];
  readonly worsened: readonly string[];
  /** What makes the two not quite comparable. */
  readonly warnings: readonly string[];
}

const matches = isMatchOf(BenchmarkResult);

/** Reads `result.json`, or the folder that has it. Throws `invalid_run`. */
export async function readResult(path: string): Promise<BenchmarkResult> {
  const folder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const file = folder ? join(path, 'result.json') : path;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new OrstaError('invalid_run', `${file} cannot be read as JSON. Give a result.json of orsta eval bench, or its folder.`, {
      cause,
    });
  }
  const problem = matches(value);
  if (problem === undefined) return value as BenchmarkResult;
  throw new OrstaError('invalid_run', `${file} is no result of orsta eval bench: ${problem}.`);
}

/** Compares B with A. Throws `usage` where they are of different benchmarks or rules. */
export function compareResults(a: BenchmarkResult, b: BenchmarkResult, seed: number): ResultComparison {
  if (a.benchmark !== b.benchmark || a.rules !== b.rules)
    throw new OrstaError(
      'usage',
      `A is ${a.benchmark} by the rules ${a.rules}, B is ${b.benchmark} by ${b.rules}. Compare results of one benchmark and one set of rules.`,
    );
  const shared = Object.keys(a.units).filter((name) => b.units[name] !== undefined);
  if (shared.length === 0) throw new OrstaError('usage', 'The two results have no question in common.');
  const changes = shared
    .map((name) => ({ name, change: (b.units[name] ?? 0) - (a.units[name] ?? 0) }))
    .sort((one, other) => other.change - one.change);
  return {
    benchmark: a.benchmark,
    a: a.model,
    b: b.model,
    ...comparePaired(a.units, b.units, seed),
    ...scoreComparison(a, b),
    improved: changes.filter(({ change }) => change > 0).map(({ name }) => name),
    worsened: changes.filter(({ change }) => change < 0).reverse().map(({ name }) => name), // prettier-ignore
    warnings: warningsOf(a, b, shared.length),
  };
}

/** Only results of the same questions in the same order, drawn by the same seed, have the same samples. */
function scoreComparison(a: BenchmarkResult, b: BenchmarkResult): Pick<ResultComparison, 'score'> {
  const [first, second] = [a, b].map(({ resampled, score }) =>
    resampled === undefined || score === null ? undefined : { resampled, score },
  );
  const same = a.seed === b.seed && a.items.length === b.items.length && a.items.every(({ id }, index) => id === b.items[index]?.id);
  if (first === undefined || second === undefined || !same || first.resampled.length !== second.resampled.length) return {};
  return { score: { measure: a.measure, a: first.score, b: second.score, ...compareResampled(first, second) } };
}

function warningsOf(a: BenchmarkResult, b: BenchmarkResult, shared: number): string[] {
  const only = (units: BenchmarkResult['units']): number => Object.keys(units).length - shared;
  return [
    ...(a.prompt === b.prompt ? [] : [`the prompts differ: ${a.prompt} and ${b.prompt}`]),
    ...(only(a.units) + only(b.units) === 0 ? [] : [`${String(only(a.units))} units are only in A and ${String(only(b.units))} only in B`]),
    ...(a.resampled === undefined ? [] : [`the score (${a.measure}) is no mean; units are the scores of single questions`]),
  ];
}

/** The comparison as plain text. */
export function comparisonTable(found: ResultComparison): string {
  const { score } = found;
  const list = (names: readonly string[]): string =>
    names.length === 0 ? 'none' : names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');
  return [
    found.benchmark,
    ...(score === undefined
      ? []
      : [
          `${score.measure}: A ${percent(score.a)}, B ${percent(score.b)}`,
          `B - A  ${differenceText(score)}; bootstrap: ${pText(score.p)}`,
        ]),
    `${String(found.units)} units in both`,
    `A  ${percent(found.meanA)}  ${found.a}`,
    `B  ${percent(found.meanB)}  ${found.b}`,
    `B - A  ${differenceText(found)}; ${found.test}: ${pText(found.p)}`,
    `better ${String(found.better)} (${list(found.improved)})`,
    `worse ${String(found.worse)} (${list(found.worsened)})`,
    ...found.warnings.map((warning) => `note: ${warning}`),
    '',
  ].join('\n');
}

function differenceText({ difference, interval }: Pick<ResampledComparison, 'difference' | 'interval'>): string {
  return percent(difference) + (interval === null ? '' : `, 95 %: ${percent(interval[0])} to ${percent(interval[1])}`);
}

function pText(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(4)}`;
}
