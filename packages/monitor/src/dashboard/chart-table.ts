// The table of one chart: one column of x for all its series. Where there are more points than the chart has pixels, each stretch of x
// shows its smallest and largest raw value and the smoothed values at its ends, so that no spike is lost. Smoothing comes first,
// over every point: what is drawn does not depend on the zoom.
import { smooth } from './smooth.ts';

/** A series as it is drawn. */
export interface ChartSeries {
  readonly x: Float64Array;
  readonly values: Float64Array;
}

/** What part of a chart is asked for. */
export interface ChartWindow {
  /** Stretches of x, about one a pixel. */
  readonly width: number;
  /** Of the moving average, in [0, 1). */
  readonly smoothing: number;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Columns of equal length; null where a series has no point. */
export interface ChartTable {
  readonly x: readonly number[];
  readonly raw: readonly (readonly (number | null)[])[];
  readonly smoothed: readonly (readonly (number | null)[])[];
  readonly decimated: boolean;
}

type Column = (number | null)[];
interface Part {
  readonly x: Float64Array;
  readonly raw: Float64Array;
  readonly smoothed: Float64Array;
}

/** Smooths, cuts to the window and, where needed, decimates. */
export function chartTable(series: readonly ChartSeries[], window: ChartWindow): ChartTable {
  const parts = series.map(({ x, values }) => cut({ x, raw: values, smoothed: smooth(values, window.smoothing) }, window));
  const most = 2 * window.width;
  const exact = parts.every(({ x }) => x.length <= most) ? unionOf(parts, most) : undefined;
  return exact === undefined ? decimate(parts, window.width) : join(parts, exact);
}

function cut({ x, raw, smoothed }: Part, { from = -Infinity, to = Infinity }: ChartWindow): Part {
  // One point more on each side, so that lines go on to the edge.
  const start = Math.max(0, lowerBound(x, from) - 1);
  const end = Math.min(x.length, lowerBound(x, to) + 2);
  return { x: x.subarray(start, end), raw: raw.subarray(start, end), smoothed: smoothed.subarray(start, end) };
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All x, or nothing where there are more than `most`. */
function unionOf(parts: readonly Part[], most: number): number[] | undefined {
  const all = new Set<number>();
  for (const { x } of parts) {
    for (const value of x) all.add(value);
    if (all.size > most) return undefined;
  }
  return [...all].sort((a, b) => a - b);
}

function join(parts: readonly Part[], x: readonly number[]): ChartTable {
  const rowOf = new Map(x.map((value, row) => [value, row]));
  const place = (part: Part, values: Float64Array): Column => {
    const column: Column = Array.from({ length: x.length }, () => null);
    part.x.forEach((value, i) => {
      const row = rowOf.get(value);
      if (row !== undefined) column[row] = shorten(values[i]!);
    });
    return column;
  };
  const raw = parts.map((part) => place(part, part.raw));
  return { x, raw, smoothed: parts.map((part) => place(part, part.smoothed)), decimated: false };
}

function decimate(parts: readonly Part[], width: number): ChartTable {
  const low = Math.min(...parts.map(({ x }) => x[0] ?? Infinity));
  const high = Math.max(...parts.map(({ x }) => x.at(-1) ?? -Infinity));
  const pitch = (high - low) / width;
  // Two rows a stretch: its beginning and its middle.
  const x = Array.from({ length: 2 * width }, (_, row) => shorten(low + (row * pitch) / 2));
  const raw = parts.map(() => emptyColumn(2 * width));
  const smoothed = parts.map(() => emptyColumn(2 * width));
  parts.forEach((part, index) => {
    const columns = { raw: raw[index] as Column, smoothed: smoothed[index] as Column };
    for (let i = 0; i < part.x.length;) {
      const stretch = stretchOf(part.x[i]!, { low, pitch, width });
      const start = i;
      while (i < part.x.length && stretchOf(part.x[i]!, { low, pitch, width }) === stretch) i++;
      fill(columns, 2 * stretch, { part, start, end: i });
    }
  });
  return { x, raw, smoothed, decimated: true };
}

function stretchOf(x: number, { low, pitch, width }: { low: number; pitch: number; width: number }): number {
  return Math.min(width - 1, Math.floor((x - low) / pitch));
}

function fill(columns: { raw: Column; smoothed: Column }, row: number, range: { part: Part; start: number; end: number }): void {
  const { part, start, end } = range;
  let smallest = start;
  let largest = start;
  for (let i = start + 1; i < end; i++) {
    if (part.raw[i]! < part.raw[smallest]!) smallest = i;
    if (part.raw[i]! > part.raw[largest]!) largest = i;
  }
  columns.raw[row] = shorten(part.raw[Math.min(smallest, largest)]!);
  if (smallest !== largest) columns.raw[row + 1] = shorten(part.raw[Math.max(smallest, largest)]!);
  columns.smoothed[row] = shorten(part.smoothed[start]!);
  if (end - start > 1) columns.smoothed[row + 1] = shorten(part.smoothed[end - 1]!);
}

function emptyColumn(length: number): Column {
  return Array.from({ length }, () => null);
}

/** Seven digits: more than a pixel shows, and a third of the bytes. */
function shorten(value: number): number {
  return Number(value.toPrecision(7));
}
