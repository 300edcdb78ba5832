import { chartTable, type ChartSeries, type ChartTable } from './chart-table.ts';
import type { RunData } from './run-data.ts';
import type { CurvesRequest, SeriesKey } from './wire.ts';

const MOST_CHARTS = 400;
const MOST_SERIES = 4000;
const WIDEST = 4000;

/** The tables of the charts that were asked for; a series that is not there has no points. */
export async function curvesOf(
  request: CurvesRequest,
  openRun: (id: string) => Promise<RunData | undefined>,
): Promise<readonly ChartTable[]> {
  const ids = new Set(request.charts.flat().map(([run]) => run));
  const runs = new Map<string, RunData>();
  for (const id of ids) {
    const run = await openRun(id);
    if (run !== undefined) runs.set(id, run);
  }
  const seconds = new Map([...runs].map(([id, run]) => [id, request.axis === 'time' ? run.secondsAt() : undefined]));
  const seriesOf = ([id, source, split, name]: SeriesKey): ChartSeries => {
    const points = runs.get(id)?.points(source, split, name);
    const secondsAt = seconds.get(id);
    if (points === undefined || (request.axis === 'time' && secondsAt === undefined)) return NOTHING;
    return { x: secondsAt === undefined ? points.steps : points.steps.map(secondsAt), values: points.values };
  };
  const { width, smoothing, from, to } = request;
  return request.charts.map((chart) => chartTable(chart.map(seriesOf), { width, smoothing, from, to }));
}

const NOTHING: ChartSeries = { x: new Float64Array(), values: new Float64Array() };

/** Checks a request for curves; returns what is wrong with it where anything is. */
export function checkCurvesRequest(value: unknown): CurvesRequest | string {
  const { charts, axis = 'step', smoothing = 0, width = 600, from, to } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (!Array.isArray(charts) || charts.length > MOST_CHARTS) return `"charts" must be a list of at most ${MOST_CHARTS} lists of series.`;
  const series: unknown[] = charts.flat();
  if (!charts.every(Array.isArray) || !series.every(isKey)) return 'A series is [run, source, split, name], each a text.';
  if (series.length > MOST_SERIES) return `${series.length} series are asked for; at most ${MOST_SERIES} are given at once.`;
  if (axis !== 'step' && axis !== 'time') return '"axis" is "step" or "time".';
  if (typeof smoothing !== 'number' || !(smoothing >= 0 && smoothing < 1)) return '"smoothing" is a number from 0 to below 1.';
  if (typeof width !== 'number' || !Number.isInteger(width) || width < 1 || width > WIDEST) return `"width" is from 1 to ${WIDEST}.`;
  if (![from, to].every((edge) => edge === undefined || (typeof edge === 'number' && Number.isFinite(edge))))
    return '"from" and "to" are numbers.';
  const window = { ...(from === undefined ? {} : { from: from as number }), ...(to === undefined ? {} : { to: to as number }) };
  return { charts: charts as SeriesKey[][], axis, smoothing, width, ...window };
}

function isKey(value: unknown): value is SeriesKey {
  return Array.isArray(value) && value.length === 4 && value.every((part) => typeof part === 'string');
}
