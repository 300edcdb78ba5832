import { ALL_SOURCES, type MetricRecord } from '../record.ts';

/** The metrics of one step. */
export interface StepMetrics {
  readonly step: number;
  /** The value of a metric, where the step has it. `source` left out is `all`, `split` left out is `train`. */
  value(name: string, at?: { readonly source?: string; readonly split?: string }): number | undefined;
  /** Sources of the split `train` that have this metric, `all` first. */
  sourcesWith(name: string): string[];
  /** Names of the metrics of a source in the split `train`. */
  names(source: string): string[];
}

/** Split, source, metric. */
type Values = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

const NONE: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map();

/** The steps that records speak of, in ascending order. */
export function stepsOf(records: readonly MetricRecord[]): StepMetrics[] {
  const steps = new Map<number, Map<string, Map<string, Map<string, number>>>>();
  for (const { step, split, source, name, value } of records) entryOf(entryOf(entryOf(steps, step), split), source).set(name, value);
  return [...steps].sort(([a], [b]) => a - b).map(([step, values]) => viewOf(step, values));
}

function viewOf(step: number, values: Values): StepMetrics {
  const training = values.get('train') ?? NONE;
  const sources = [...training.keys()].sort((a, b) => Number(b === ALL_SOURCES) - Number(a === ALL_SOURCES));
  return {
    step,
    value: (name, { source = ALL_SOURCES, split = 'train' } = {}) => values.get(split)?.get(source)?.get(name),
    sourcesWith: (name) => sources.filter((source) => training.get(source)?.has(name) === true),
    names: (source) => [...(training.get(source)?.keys() ?? [])],
  };
}

function entryOf<Key, InnerKey, Value>(map: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<InnerKey, Value>();
  map.set(key, made);
  return made;
}
