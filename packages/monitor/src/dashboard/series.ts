import type { SeriesName } from './metric-line.ts';

/** The points of one metric of one source. */
export interface Series extends SeriesName {
  steps: Float64Array;
  values: Float64Array;
  length: number;
  /** Every step is later than the one before. */
  ascending: boolean;
}

/** Points in ascending order of steps, one a step. */
export interface Points {
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

const FIRST_CAPACITY = 64;

/** A series without points. */
export function createSeries({ source, split, name }: SeriesName): Series {
  const empty = { steps: new Float64Array(FIRST_CAPACITY), values: new Float64Array(FIRST_CAPACITY) };
  return { source, split, name, ...empty, length: 0, ascending: true };
}

/** Adds a point. */
export function addPoint(series: Series, step: number, value: number): void {
  const { length } = series;
  if (length === series.steps.length) {
    series.steps = grown(series.steps);
    series.values = grown(series.values);
  }
  if (length > 0 && step <= series.steps[length - 1]!) series.ascending = false;
  series.steps[length] = step;
  series.values[length] = value;
  series.length = length + 1;
}

/** All points; of several at one step the last that was written holds. */
export function pointsOf({ steps, values, length, ascending }: Series): Points {
  if (ascending) return { steps: steps.subarray(0, length), values: values.subarray(0, length) };
  const last = new Map<number, number>();
  for (let i = 0; i < length; i++) last.set(steps[i]!, values[i]!);
  const sorted = [...last].sort(([a], [b]) => a - b);
  return { steps: Float64Array.from(sorted, ([step]) => step), values: Float64Array.from(sorted, ([, value]) => value) };
}

function grown(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
