// Which charts there are and which curves are in each, from what is selected. No drawing here, so that it is tested without a browser.
import type { ChartTable } from '../src/dashboard/chart-table.ts';
import type { RunDetails, SeriesKey, SeriesSummary } from '../src/dashboard/wire.ts';

/** One curve of a chart. */
export interface Curve {
  readonly key: SeriesKey;
  readonly label: string;
  /** Place in the palette. */
  readonly color: number;
  /** Drawn dotted and unsmoothed: the IoU that a box must reach. */
  readonly threshold?: boolean;
}

/** One chart. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly section: string;
  readonly curves: readonly Curve[];
}

/** What is selected. */
export interface Selection {
  readonly runs: readonly RunDetails[];
  readonly layout: 'metric' | 'source';
  readonly filter: string;
  readonly sources: ReadonlySet<string>;
  readonly splits: ReadonlySet<string>;
  /** Place of each run in the palette. */
  readonly colorOf: (run: string) => number;
}

const SECTIONS = ['reward', 'evaluation', 'detection', 'length', 'group', 'policy', 'optimizer', 'reflection', 'verifier'];
const FIRST = ['reward/total', 'reward/accuracy', 'reward/format', 'evaluation/verified', 'length/mean', 'policy/entropy'];
const TIME_OF_STEP = 'time/at';
const THRESHOLD = 'verifier/iou_threshold';

/** A filter as a pattern; undefined where it is not one. */
export function patternOf(filter: string): RegExp | undefined {
  try {
    return new RegExp(filter, 'i');
  } catch {
    return undefined;
  }
}

/** The charts of a selection in the order in which they are shown. */
export function planCharts(selection: Selection): Chart[] {
  const pattern = patternOf(selection.filter);
  if (pattern === undefined) return [];
  const charts = new Map<string, { chart: Omit<Chart, 'curves'>; curves: Curve[] }>();
  for (const run of selection.runs)
    for (const series of run.series) {
      if (!isSelected(series, selection) || !fitsPattern(series, pattern)) continue;
      const chart = chartOf(series, selection.layout);
      const known = charts.get(chart.id) ?? { chart, curves: [] };
      charts.set(chart.id, known);
      known.curves.push(curveOf(run, series, selection));
    }
  return [...charts.values()]
    .map(({ chart, curves }) => ({ ...chart, curves: [...curves, ...thresholds(chart, curves, selection)] }))
    .sort((a, b) => rank(a) - rank(b) || order(a.id, b.id));
}

/** Name and source alone, so that `^` and `$` are of use, or both together. */
function fitsPattern({ name, source }: SeriesSummary, pattern: RegExp): boolean {
  return [name, source, `${name} ${source}`].some((text) => pattern.test(text));
}

function isSelected({ source, split, name }: SeriesSummary, { sources, splits }: Selection): boolean {
  // The clock at each step is what the time axis is made of, and no curve to look at.
  return name !== TIME_OF_STEP && sources.has(source) && splits.has(split);
}

function chartOf({ name, source }: SeriesSummary, layout: Selection['layout']): Omit<Chart, 'curves'> {
  const section = name.split('/', 1)[0] ?? name;
  if (layout === 'metric') return { id: name, title: name, subtitle: '', section };
  return { id: `${name} ${source}`, title: source, subtitle: name, section: name };
}

function curveOf(run: RunDetails, { source, split, name }: SeriesSummary, selection: Selection): Curve {
  const { runs, sources, splits, layout, colorOf } = selection;
  const several = { runs: runs.length > 1, sources: layout === 'metric' && sources.size > 1, splits: splits.size > 1 };
  const parts = [...(several.runs ? [run.id] : []), ...(several.sources ? [source] : []), ...(several.splits ? [split] : [])];
  const place = several.runs || !several.sources ? colorOf(run.id) : [...sources].indexOf(source);
  return {
    key: [run.id, source, split, name],
    label: parts.join(' · ') || run.id,
    color: place + (split === 'test' && several.splits ? 8 : 0),
  };
}

/** Over a metric of detection: the threshold in force, of the same runs and sources. */
function thresholds({ id }: { id: string }, curves: readonly Curve[], { runs, colorOf }: Selection): Curve[] {
  if (!/(?:detection|mean_iou|iou_)/.test(id) || id.includes(THRESHOLD)) return [];
  const known = new Set(
    runs.flatMap((run) => run.series.flatMap(({ source, split, name }) => (name === THRESHOLD ? [`${run.id} ${source} ${split}`] : []))),
  );
  const wanted = new Map(curves.map(({ key: [run, source, split] }) => [`${run} ${source} ${split}`, [run, source, split] as const]));
  return [...wanted].flatMap(([name, [run, source, split]]) =>
    known.has(name)
      ? [
          {
            key: [run, source, split, THRESHOLD] as const,
            label: `IoU threshold${curves.length > 1 ? ` · ${run} · ${source}` : ''}`,
            color: colorOf(run),
            threshold: true,
          },
        ]
      : [],
  );
}

function rank({ id, section }: Chart): number {
  const first = FIRST.indexOf(id.split(' ', 1)[0] ?? id);
  const place = SECTIONS.indexOf(section.split('/', 1)[0] ?? section);
  return (place < 0 ? SECTIONS.length : place) * 100 + (first < 0 ? 50 : first);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Drawn = ChartTable['raw'][number] | undefined;

/** The values of a curve as they are drawn: smoothed, but for a threshold, which goes up in steps and is in force as it is. */
export function drawnValues({ threshold }: Curve, { raw, smoothed }: Pick<ChartTable, 'raw' | 'smoothed'>, place: number): Drawn {
  return threshold === true ? raw[place] : smoothed[place];
}
