// One chart: title, picture, values under the mouse, and its export.
import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { drawnValues, type Chart } from './chart-plan.ts';
import { requestTable, type ShownTable } from './curve-requests.ts';
import { chartToCsv, chartToPng, download, fileName } from './export.ts';
import { formatNumber, formatSeconds } from './format.ts';
import { strokeOf } from './palette.ts';
import { drawPlot, type DrawnPlot, type PlotEvents } from './plot.ts';
import { axis, dark, layout, logarithmic, reporting, smoothing, version, zoom } from './state.ts';

type Hover = Parameters<PlotEvents['hover']>[0];
const MOST_NAMED = 14;

/** A card with a chart. */
export function ChartCard({ chart }: { chart: Chart }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<DrawnPlot | undefined>(undefined);
  const table = useSignal<ShownTable | undefined>(undefined);
  const hover = useSignal<Hover>(null);
  usePlot({ chart, place, plot, table, hover });
  return (
    <figure class="card" onMouseLeave={() => (hover.value = null)} onDblClick={() => (zoom.value = undefined)}>
      <Caption chart={chart} table={table.value} plot={plot} />
      <div class="plot" ref={place} role="img" aria-label={describe(chart, table.value)} style={{ minHeight: heightOf() }} />
      <Tooltip chart={chart} table={table.value} hover={hover} />
    </figure>
  );
}

function heightOf(): number {
  return layout.value === 'source' ? 120 : 168;
}

interface PlotState {
  readonly chart: Chart;
  readonly place: { readonly current: HTMLElement | null };
  readonly plot: { current: DrawnPlot | undefined };
  readonly table: Signal<ShownTable | undefined>;
  readonly hover: Signal<Hover>;
}

/** Asks for the numbers of a chart while it is in view, and draws them. */
function usePlot({ chart, place, plot, table, hover }: PlotState): void {
  const latest = useRef(chart);
  latest.current = chart;
  const visible = useSignal(false);
  const width = useSignal(0);
  const curves = useSignal('');
  curves.value = chart.curves.map(({ key }) => key.join('\0')).join('\n');
  useVisible(place, visible);
  useWidth(place, width);
  useSignalEffect(() => {
    // Read, so that a change of any of them asks again.
    const depends = [version.value, smoothing.value, axis.value, zoom.value, curves.value, width.value];
    const { current } = place;
    if (!visible.value || current === null || depends.length === 0) return;
    requestTable({ chart: latest.current, width: Math.max(50, Math.round(current.clientWidth)), take: (found) => (table.value = found) });
  });
  useSignalEffect(() => {
    const { current } = place;
    // The width is read, so that a chart follows its window at once and not with its next numbers.
    const size = { width: width.value, height: heightOf() };
    if (table.value === undefined || current === null || size.width === 0) return;
    if (table.value.raw.length !== latest.current.curves.length) return;
    const look = { ...size, dark: dark.value, logarithmic: logarithmic.value, axis: table.value.axis, smoothed: smoothing.value > 0 };
    if ((hover.peek()?.row ?? 0) >= table.value.x.length) hover.value = null;
    const events: PlotEvents = { hover: (at) => (hover.value = at), zoom: (range) => (zoom.value = range) };
    plot.current = drawPlot(current, plot.current, { chart: latest.current, table: table.value, look, events });
  });
  useEffect(() => () => plot.current?.plot.destroy(), []);
}

function Caption({ chart, table, plot }: { chart: Chart; table: ShownTable | undefined; plot: PlotState['plot'] }) {
  const name = `${chart.title} ${chart.subtitle}`.trim();
  const saveCsv = (): void => {
    if (table !== undefined) download(fileName(chart, 'csv'), chartToCsv(chart, table, table.axis));
  };
  return (
    <figcaption>
      <span class="title" title={name}>
        {chart.title}
      </span>
      <LastValue chart={chart} table={table} />
      <span class="tools">
        <button aria-label={`Save ${name} as PNG`} onClick={() => void savePng(chart, plot.current)}>
          PNG
        </button>
        <button aria-label={`Save ${name} as CSV`} onClick={saveCsv}>
          CSV
        </button>
      </span>
    </figcaption>
  );
}

function useVisible(place: { readonly current: HTMLElement | null }, visible: Signal<boolean>): void {
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const observer = new IntersectionObserver((entries) => (visible.value = entries.some(({ isIntersecting }) => isIntersecting)), {
      rootMargin: '300px',
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
}

/** The width of the place in whole pixels; a window that is resized asks for numbers of another density. */
function useWidth(place: { readonly current: HTMLElement | null }, width: Signal<number>): void {
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => (width.value = Math.round(current.clientWidth)));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
}

async function savePng(chart: Chart, drawn: DrawnPlot | undefined): Promise<void> {
  if (drawn === undefined) return;
  await reporting(async () => {
    const blob = await chartToPng(chart, drawn.plot.ctx.canvas, dark.value);
    if (blob !== null) download(fileName(chart, 'png'), blob);
  });
}

function lastOf(column: readonly (number | null)[] | undefined): number | undefined {
  return column?.findLast((value) => value !== null) ?? undefined;
}

/** Of a single curve the newest value, which is what one looks for first. */
function LastValue({ chart, table }: { chart: Chart; table: ShownTable | undefined }) {
  const main = chart.curves.filter(({ threshold }) => threshold !== true);
  const last = main.length === 1 ? lastOf(table?.raw[0]) : undefined;
  const dotted = main.length < chart.curves.length ? '⋯ threshold' : '';
  return (
    <span class="last">
      <span class="faint">{dotted} </span>
      {last === undefined ? <span class="faint">{main.length > 1 ? `${String(main.length)} curves` : ''}</span> : formatNumber(last)}
    </span>
  );
}

function describe({ title, subtitle, curves }: Chart, table: ShownTable | undefined): string {
  const values = curves.slice(0, 8).flatMap((curve, i) => {
    const last = table === undefined ? undefined : lastOf(drawnValues(curve, table, i));
    return last === undefined ? [] : [`${curve.label} ${formatNumber(last)}`];
  });
  return `${[title, subtitle].join(' ').trim()}, last values: ${values.join(', ') || 'none yet'}`;
}

function Tooltip({ chart, table, hover }: { chart: Chart; table: ShownTable | undefined; hover: Signal<Hover> }) {
  const at = hover.value;
  if (at === null || table === undefined) return null;
  const x = table.x[at.row];
  const rows = chart.curves
    .flatMap((curve, i) => {
      const value = nearest(drawnValues(curve, table, i), at.row);
      return value === undefined ? [] : [{ curve, value, raw: nearest(table.raw[i], at.row) }];
    })
    .sort((a, b) => b.value - a.value);
  return (
    <div class={at.left > 160 ? 'tooltip left' : 'tooltip'} aria-hidden="true">
      <strong>{x === undefined ? '' : table.axis === 'time' ? formatSeconds(x) : `step ${formatNumber(x)}`}</strong>
      {rows.slice(0, MOST_NAMED).map(({ curve, value, raw }) => (
        <div class="entry" key={curve.key.join('\0')}>
          <i class="swatch" style={{ background: strokeOf(curve.color, dark.value).color }} />
          <span class="name">{curve.label}</span>
          <span class="value">{formatNumber(value)}</span>
          {smoothing.value > 0 && raw !== undefined && curve.threshold !== true && <span class="faint">{formatNumber(raw)}</span>}
        </div>
      ))}
      {rows.length > MOST_NAMED && <div class="faint">{`and ${String(rows.length - MOST_NAMED)} more`}</div>}
    </div>
  );
}

/** The value at a row, or the last one before it. */
function nearest(column: readonly (number | null)[] | undefined, row: number): number | undefined {
  for (let i = row; i >= 0; i--) {
    const value = column?.[i];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}
