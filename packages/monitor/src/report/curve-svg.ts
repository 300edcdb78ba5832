// A chart as SVG, for paper and mail: no script, no style sheet, colors that print.
import type { Points } from '../dashboard/series.ts';
import { smooth } from '../dashboard/smooth.ts';
import { html, type Markup } from './markup.ts';

/** A curve of a chart. */
export interface DrawnCurve {
  readonly name: string;
  readonly points: Points;
}

/** Colors of runs; people with any color vision tell them apart. */
export const RUN_COLORS = ['#1f6fb8', '#c8501e', '#11805f', '#b0478a', '#8a6a00', '#6a52c0', '#0e7f94', '#6b6b6b'] as const;
/** Size of a chart. */
export const CHART = { width: 300, height: 170 } as const;

const PLOT = { left: 40, top: 28, right: 10, bottom: 22 };
const INK = '#5b6675';
const FONT = 'system-ui, "DejaVu Sans", sans-serif';
const SMOOTHING = 0.6;
const MOST_POINTS = 600;

/** The color of the curve at a place. */
export function runColor(index: number): string {
  return RUN_COLORS[index % RUN_COLORS.length] ?? RUN_COLORS[0];
}

/** A chart at a place: the raw values faint, their moving average over them. */
export function curveSvg(title: string, curves: readonly DrawnCurve[], at: { x: number; y: number } = { x: 0, y: 0 }): Markup {
  const steps = curves.flatMap(({ points }) => [points.steps[0], points.steps.at(-1)].filter((step) => step !== undefined));
  const bounds = { ...extent(steps), ...valueBounds(curves) };
  const ticks = [bounds.low, (bounds.low + bounds.high) / 2, bounds.high];
  const x = (step: number): number =>
    PLOT.left + ((step - bounds.from) / (bounds.to - bounds.from)) * (CHART.width - PLOT.left - PLOT.right);
  const y = (value: number): number =>
    CHART.height - PLOT.bottom - ((value - bounds.low) / (bounds.high - bounds.low)) * (CHART.height - PLOT.top - PLOT.bottom);
  return html`<g transform="translate(${at.x} ${at.y})" font-family="${FONT}" font-size="10" fill="${INK}">
    <text x="${PLOT.left - 30}" y="16" font-size="12" font-weight="600" fill="#18202b">${title}</text>
    ${ticks.map(
      (tick) =>
        html`<line x1="${PLOT.left}" x2="${CHART.width - PLOT.right}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#e3e8ee" />
          <text x="${PLOT.left - 5}" y="${round(y(tick) + 3)}" text-anchor="end">${shown(tick)}</text>`,
    )}
    <text x="${PLOT.left}" y="${CHART.height - 8}">step ${bounds.from}</text>
    <text x="${CHART.width - PLOT.right}" y="${CHART.height - 8}" text-anchor="end">${bounds.to}</text>
    ${curves.map((curve, index) => lines(curve, { x, y, color: runColor(index) }))}
  </g>`;
}

interface Scale {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly color: string;
}

function lines({ points: { steps, values } }: DrawnCurve, { x, y, color }: Scale): Markup {
  const stride = Math.max(1, Math.ceil(steps.length / MOST_POINTS));
  const path = (of: Float64Array): string => {
    const shownPoints: string[] = [];
    for (let i = 0; i < steps.length; i += stride) shownPoints.push(`${round(x(steps[i]!))},${round(y(of[i]!))}`);
    return shownPoints.join(' ');
  };
  const few = steps.length <= 12;
  const dots = few
    ? [...steps].map((step, i) => html`<circle cx="${round(x(step))}" cy="${round(y(values[i]!))}" r="2.5" fill="${color}" />`)
    : [];
  return html`<polyline points="${path(values)}" fill="none" stroke="${color}" stroke-opacity="${few ? 1 : 0.28}" />
    ${few ? [] : [html`<polyline points="${path(smooth(values, SMOOTHING))}" fill="none" stroke="${color}" stroke-width="1.8" />`]} ${dots}`;
}

function extent(steps: readonly number[]): { from: number; to: number } {
  const from = steps.length === 0 ? 0 : Math.min(...steps);
  const to = steps.length === 0 ? 1 : Math.max(...steps);
  return { from, to: to > from ? to : from + 1 };
}

function valueBounds(curves: readonly DrawnCurve[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const { points } of curves)
    for (const value of points.values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  if (low > high) return { low: 0, high: 1 };
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low, high };
}

function shown(value: number): string {
  return value === 0 ? '0' : Math.abs(value) < 1e-3 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
