/** Two results of one benchmark side by side: the difference with its interval, a paired test, and the questions that changed. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMatchOf } from './match-schema.ts';
import { OrstaError } from '../errors.ts';
import { BenchmarkResult } from './result.ts';
import { percent } from './result-table.ts';
import { comparePaired, type PairedComparison } from './statistics.ts';

/** A comparison. */
export interface ResultComparison extends PairedComparison {
  readonly benchmark: string;
  readonly a: string;
  readonly b: string;
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
    improved: changes.filter(({ change }) => change > 0).map(({ name }) => name),
    worsened: changes.filter(({ change }) => change < 0).reverse().map(({ name }) => name), // prettier-ignore
    warnings: warningsOf(a, b, shared.length),
  };
}

function warningsOf(a: BenchmarkResult, b: BenchmarkResult, shared: number): string[] {
  const only = (units: BenchmarkResult['units']): number => Object.keys(units).length - shared;
  return [
    ...(a.prompt === b.prompt ? [] : [`the prompts differ: ${a.prompt} and ${b.prompt}`]),
    ...(only(a.units) + only(b.units) === 0 ? [] : [`${String(only(a.units))} units are only in A and ${String(only(b.units))} only in B`]),
    ...(a.interval === null ? [`the score (${a.measure}) is no mean; the test is on the units behind it`] : []),
  ];
}

/** The comparison as plain text. */
export function comparisonTable(found: ResultComparison): string {
  const { interval, p } = found;
  const range = interval === null ? '' : `, 95 %: ${percent(interval[0])} to ${percent(interval[1])}`;
  const list = (names: readonly string[]): string =>
    names.length === 0 ? 'none' : names.slice(0, 5).join(', ') + (names.length > 5 ? ', ...' : '');
  return [
    `${found.benchmark}, ${String(found.units)} units in both`,
    `A  ${percent(found.meanA)}  ${found.a}`,
    `B  ${percent(found.meanB)}  ${found.b}`,
    `B - A  ${percent(found.difference)}${range}; ${found.test}: p ${p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`}`,
    `better ${String(found.better)} (${list(found.improved)})`,
    `worse ${String(found.worse)} (${list(found.worsened)})`,
    ...found.warnings.map((warning) => `note: ${warning}`),
    '',
  ].join('\n');
}
