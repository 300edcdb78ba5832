import type { RunData } from '../dashboard/run-data.ts';
import { CHART, curveSvg, runColor, type DrawnCurve } from './curve-svg.ts';
import { html, type Markup } from './markup.ts';

/** A run in a report. */
export interface ReportedRun {
  readonly name: string;
  readonly data: RunData;
}

/** Metrics of the overview, in this order, as far as they are recorded: split and name, of all sources together. */
const OVERVIEW = [
  ['train', 'reward/total'],
  ['train', 'reward/accuracy'],
  ['test', 'evaluation/verified'],
  ['train', 'length/mean'],
  ['train', 'length/truncated'],
  ['train', 'policy/loss'],
  ['train', 'policy/entropy'],
  ['train', 'optimizer/grad_norm'],
  ['train', 'group/zero_variance'],
  ['train', 'reward/failed_rate'],
] as const;
const COLUMNS = 3;
const MOST_SOURCES = 60;

/** The overview: one chart a metric, one curve a run. */
export function overviewSvg(runs: readonly ReportedRun[]): Markup {
  const charts = OVERVIEW.flatMap(([split, name]) =>
    chartOf(runs, { source: 'all', split, name, title: split === 'train' ? name : `${name} (${split})` }),
  );
  return sheet(runs, charts);
}

/** The metrics that show how a source does. The first that any run has is drawn: a log of another trainer may have only the accuracy. */
const OF_SOURCE = ['reward/total', 'reward/accuracy'];

/** The reward of each source in training; undefined where no run tells sources apart. */
export function sourcesSvg(runs: readonly ReportedRun[]): Markup | undefined {
  const series = runs.flatMap(({ data }) => [...data.series()].filter(({ source, split }) => source !== 'all' && split === 'train'));
  const names = OF_SOURCE.flatMap((wanted) => series.filter(({ name }) => name === wanted));
  const first = new Map(names.map(({ source, name }) => [source, name] as const).reverse());
  if (first.size === 0) return undefined;
  const chosen = [...first].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_SOURCES);
  const titleOf = (source: string, name: string): string => (name === 'reward/total' ? source : `${source}: ${name}`);
  return sheet(
    runs,
    chosen.flatMap(([source, name]) => chartOf(runs, { source, split: 'train', name, title: titleOf(source, name) })),
  );
}

interface Drawn {
  readonly title: string;
  readonly curves: readonly DrawnCurve[];
}

function chartOf(runs: readonly ReportedRun[], wanted: { source: string; split: string; name: string; title: string }): Drawn[] {
  const curves = runs.map(({ name, data }): DrawnCurve => {
    return {
      name,
      points: data.points(wanted.source, wanted.split, wanted.name) ?? { steps: new Float64Array(), values: new Float64Array() },
    };
  });
  return curves.some(({ points }) => points.steps.length > 0) ? [{ title: wanted.title, curves }] : [];
}

function sheet(runs: readonly ReportedRun[], charts: readonly Drawn[]): Markup {
  const legend = runs.length > 1 ? 24 : 0;
  const width = CHART.width * COLUMNS;
  const height = legend + Math.ceil(charts.length / COLUMNS) * CHART.height;
  const names = runs.map(
    ({ name }, index) =>
      html`<rect x="${10 + index * 200}" y="6" width="14" height="4" fill="${runColor(index)}" />
        <text x="${30 + index * 200}" y="12" font-family="system-ui, sans-serif" font-size="12" fill="#18202b">${name}</text>`,
  );
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${Math.max(1, height)}"
    width="${width}"
    height="${Math.max(1, height)}"
    role="img"
    aria-label="Curves"
  >
    ${legend > 0 ? names : []}
    ${charts.map(({ title, curves }, i) => curveSvg(title, curves, { x: (i % COLUMNS) * CHART.width, y: legend + Math.floor(i / COLUMNS) * CHART.height }))}
  </svg>`;
}
