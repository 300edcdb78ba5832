// Charts as files: the numbers as CSV, the picture as PNG.
import type { ChartTable } from '../src/dashboard/chart-table.ts';
import type { Chart } from './chart-plan.ts';
import { strokeOf } from './palette.ts';

/** The table of a chart: x, then raw and smoothed values of each curve. */
export function chartToCsv({ curves }: Chart, { x, raw, smoothed }: ChartTable, axis: string): string {
  const head = [axis, ...curves.flatMap(({ key }) => [key.join(' '), `${key.join(' ')} (smoothed)`])];
  const rows = x.map((value, row) => [value, ...curves.flatMap((_, i) => [raw[i]?.[row], smoothed[i]?.[row]])]);
  return `${[head.map(quoteCell), ...rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '' : String(cell))))].map((row) => row.join(',')).join('\n')}\n`;
}

/** A text that a spreadsheet takes for neither two cells nor a formula. */
function quoteCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Saves text or a picture as a file. */
export function download(name: string, content: Blob | string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/csv' }) : content;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The drawn chart with its title and the names of its curves. */
export async function chartToPng({ title, subtitle, curves }: Chart, canvas: HTMLCanvasElement, dark: boolean): Promise<Blob | null> {
  const ratio = devicePixelRatio;
  const named = curves.slice(0, 16);
  const head = 30 * ratio;
  const foot = (12 + 16 * named.length) * ratio;
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height + head + foot;
  const context = picture.getContext('2d');
  if (context === null) return null;
  context.fillStyle = dark ? '#121821' : '#ffffff';
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, head);
  context.fillStyle = dark ? '#e6ebf2' : '#18202b';
  context.font = `600 ${String(14 * ratio)}px system-ui, sans-serif`;
  context.fillText([title, subtitle].filter((text) => text !== '').join(' — '), 10 * ratio, 20 * ratio);
  context.font = `${String(11 * ratio)}px system-ui, sans-serif`;
  named.forEach(({ label, color }, i) => {
    const y = head + canvas.height + (14 + 16 * i) * ratio;
    context.fillStyle = strokeOf(color, dark).color;
    context.fillRect(10 * ratio, y - 6 * ratio, 14 * ratio, 3 * ratio);
    context.fillText(label, 30 * ratio, y);
  });
  return new Promise((done) => picture.toBlob(done, 'image/png'));
}

/** A name that every file system takes. */
export function fileName(chart: Chart, ending: string): string {
  return `${[chart.title, chart.subtitle]
    .join(' ')
    .trim()
    .replaceAll(/[^\w-]+/g, '-')}.${ending}`;
}
