// One chart on a canvas by uPlot: the raw line faint, the smoothed one over it, a crosshair that all charts share.
import uPlot from 'uplot';
import type { ChartTable } from '../src/dashboard/chart-table.ts';
import { drawnValues, type Chart } from './chart-plan.ts';
import { formatNumber, formatSeconds } from './format.ts';
import { strokeOf } from './palette.ts';
import { enterPointer, isUnderPointer } from './pointer.ts';

/** How a chart is drawn. */
export interface PlotLook {
  readonly width: number;
  readonly height: number;
  readonly dark: boolean;
  readonly logarithmic: boolean;
  readonly axis: 'step' | 'time';
  readonly smoothed: boolean;
}

/** What a chart tells about the mouse. */
export interface PlotEvents {
  /** Row under the crosshair, and its place in pixels; null when it leaves. */
  hover(at: { row: number; left: number; top: number } | null): void;
  zoom(range: { from: number; to: number } | undefined): void;
}

const SYNC = 'vtriune';
const MANY = 40;

/** What to draw. */
interface Drawing {
  readonly chart: Chart;
  readonly table: ChartTable;
  readonly look: PlotLook;
  readonly events: PlotEvents;
}

/** A chart on the page. */
export interface DrawnPlot {
  readonly plot: uPlot;
  /** What it was made of beside its numbers; another form needs another uPlot. */
  readonly form: string;
}

/** Draws a chart into an element. New numbers alone go into the `previous` plot, so that a drag and the crosshair outlast them. */
export function drawPlot(place: HTMLElement, previous: DrawnPlot | undefined, drawing: Drawing): DrawnPlot {
  const { chart, look, events } = drawing;
  const { width, height, ...rest } = look;
  const form = JSON.stringify([chart.curves, rest]);
  if (previous?.form === form) {
    const { plot } = previous;
    if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
    plot.setData(columnsOf(drawing));
    return previous;
  }
  previous?.plot.destroy();
  return { plot: new uPlot(options(chart, look, events), columnsOf(drawing), place), form };
}

function columnsOf({ chart, table, look }: Drawing): uPlot.AlignedData {
  const columns = chart.curves.flatMap((curve, i) => [...(look.smoothed ? [table.raw[i]] : []), drawnValues(curve, table, i)]);
  return [table.x, ...columns] as unknown as uPlot.AlignedData;
}

function options(chart: Chart, look: PlotLook, events: PlotEvents): uPlot.Options {
  const ink = look.dark ? '#9aa7b8' : '#5b6675';
  const grid = { stroke: look.dark ? '#263041' : '#e8ecf1', width: 1 };
  const font = '11px system-ui, sans-serif';
  const format = look.axis === 'time' ? formatSeconds : (value: number): string => formatNumber(value);
  const shared = { stroke: ink, grid, ticks: { show: false }, font };
  return {
    width: look.width,
    height: look.height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    scales: { x: { time: false }, y: { distr: look.logarithmic ? 3 : 1, range: rangeOf(look.logarithmic) } },
    axes: [
      { ...shared, size: 24, gap: 4, space: 56, values: (_plot, ticks) => ticks.map(format) },
      { ...shared, size: 46, gap: 4, space: 32, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : formatNumber(tick))) },
    ],
    cursor: {
      y: false,
      sync: { key: SYNC, scales: ['x', null] },
      points: { show: chart.curves.length <= MANY, size: 6 },
      drag: { x: true, y: false, setScale: false },
    },
    series: [{}, ...chart.curves.flatMap((curve) => seriesOf(curve, chart.curves.length, look))],
    hooks: {
      ready: [resumeCursor],
      setCursor: [(plot) => tellHover(plot, events)],
      setSelect: [(plot) => tellZoom(plot, events)],
    },
  };
}

/** A flat line gets room above and below; a logarithmic scale is left to uPlot. */
function rangeOf(logarithmic: boolean): uPlot.Scale.Range {
  if (logarithmic) return (_plot, low, high) => uPlot.rangeLog(low > 0 ? low : 1e-6, high > 0 ? high : 1, 10, true);
  return (_plot, low, high) => {
    if (low === null || high === null) return [0, 1];
    const room = low === high ? Math.max(Math.abs(low) * 0.1, 0.05) : (high - low) * 0.06;
    return [low - room, high + room];
  };
}

function seriesOf(curve: Chart['curves'][number], count: number, { dark, smoothed }: PlotLook): uPlot.Series[] {
  const { color, dash } = strokeOf(curve.color, dark);
  const shared = { spanGaps: true, points: { show: lonely } };
  if (curve.threshold === true) {
    const line = { ...shared, points: { show: false }, stroke: color, width: 1.5, dash: [2, 3], alpha: 0.9 };
    return [...(smoothed ? [{ ...shared, show: false }] : []), line];
  }
  const main = { ...shared, stroke: color, width: count > MANY ? 1 : 1.75, dash, alpha: count > MANY ? 0.55 : 1 };
  return smoothed ? [{ ...shared, points: { show: false }, stroke: color, width: 1, alpha: count > MANY ? 0.08 : 0.25 }, main] : [main];
}

/** A few points far apart are drawn as points, so that a single evaluation is seen. */
function lonely(plot: uPlot, index: number): boolean {
  const column = plot.data[index];
  if (column === undefined || column.length > 400) return false;
  let count = 0;
  for (const value of column) if (value !== null) count += 1;
  return count <= 12;
}

/** A plot that is made under the mouse shows its crosshair at once, and not at the next move. */
function resumeCursor(plot: uPlot): void {
  const at = enterPointer(plot.over);
  if (at !== undefined) plot.setCursor(at);
}

function tellHover(plot: uPlot, events: PlotEvents): void {
  const { idx, left, top } = plot.cursor;
  // Charts that only follow another one's crosshair are not under the mouse.
  if (!isUnderPointer(plot.over) || idx === null || idx === undefined || left === undefined || top === undefined || left < 0)
    events.hover(null);
  else events.hover({ row: idx, left, top });
}

function tellZoom(plot: uPlot, events: PlotEvents): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  events.zoom({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') });
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}
