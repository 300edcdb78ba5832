import { COLORS, escapeXml } from '../picture/picture.ts';

/** Where a curve is drawn. */
export interface CurvePlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const WINDOW = 0.08;

/**
 * A small chart of rewards over steps as SVG: faint dots for the steps, a line for their running mean, the axis from 0 to 1. The title
 * stands above it.
 */
export function curveSvg(title: string, points: readonly (readonly [step: number, value: number])[], place: CurvePlace): string {
  const { left, top, width, height } = place;
  const last = Math.max(1, ...points.map(([step]) => step));
  const x = (step: number): string => (left + (width * step) / last).toFixed(1);
  const y = (value: number): string => (top + height * (1 - Math.min(1, Math.max(0, value)))).toFixed(1);
  const dots = points.map(([step, value]) => `<circle cx="${x(step)}" cy="${y(value)}" r="1.1" fill="${COLORS.answer}" opacity="0.3"/>`);
  const line = runningMean(points).map(([step, value]) => `${x(step)},${y(value)}`);
  const grid = [0, 0.5, 1].map(
    (value) =>
      `<line x1="${String(left)}" x2="${String(left + width)}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>` +
      `<text x="${String(left - 4)}" y="${y(value)}" dy="3" text-anchor="end" font-size="9" font-family="sans-serif" fill="${COLORS.faint}">${String(value)}</text>`,
  );
  const end = `<text x="${String(left + width)}" y="${String(top + height + 12)}" text-anchor="end" font-size="9" font-family="sans-serif" fill="${COLORS.faint}">step ${String(last)}</text>`;
  const heading = `<text x="${String(left)}" y="${String(top - 6)}" font-size="12" font-weight="bold" font-family="sans-serif" fill="${COLORS.text}">${escapeXml(title)}</text>`;
  return `${heading}${grid.join('')}${end}${dots.join('')}<polyline points="${line.join(' ')}" fill="none" stroke="${COLORS.answer}" stroke-width="2"/>`;
}

/** Mean over a window of steps around each point. */
export function runningMean(points: readonly (readonly [number, number])[]): [number, number][] {
  const reach = Math.max(1, Math.round(WINDOW * points.length));
  return points.map(([step], index) => {
    const near = points.slice(Math.max(0, index - reach), index + reach + 1);
    return [step, near.reduce((sum, [, value]) => sum + value, 0) / near.length];
  });
}
