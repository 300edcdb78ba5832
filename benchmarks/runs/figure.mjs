// The figure of a claim as SVG: a line for each arm, its seeds as dots, their mean as a bar, and the base as a dashed line; where arms have bases of
// their own, one for each.

const WIDTH = 640;
const LABELS = 200;
const ROW = 34;
const TOP = 34;
const INK = '#333';

/** Lenient accuracy of each arm on a common axis. */
export function figureOf({ arms }) {
  const points = arms.map(({ name, outcomes }) => ({
    name,
    values: outcomes.map(({ after }) => after.macro.lenient * 100),
    before: outcomes.map(({ before }) => before.macro.lenient * 100),
  }));
  const all = [...basesOf(points).map(({ base }) => base), ...points.flatMap(({ values }) => values)];
  const low = Math.floor(Math.min(...all) / 5) * 5;
  const high = Math.ceil((Math.max(...all) + 0.001) / 5) * 5;
  const x = (value) => LABELS + ((value - low) / (high - low)) * (WIDTH - LABELS - 30);
  const height = TOP + points.length * ROW + 36;
  const bottom = TOP + points.length * ROW;
  const ticks = Array.from({ length: (high - low) / 5 + 1 }, (_, index) => low + index * 5);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text('lenient accuracy after training, percent', { x: LABELS, y: 18, anchor: 'start' }),
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 6}" y2="${bottom}" stroke="#ddd"/>`,
      text(String(tick), { x: x(tick), y: bottom + 18, anchor: 'middle' }),
    ]),
    ...basesOf(points).flatMap(({ base, from, to }) => [
      `<line x1="${x(base)}" x2="${x(base)}" y1="${from}" y2="${to}" stroke="#888" stroke-dasharray="4 4"/>`,
      text(`base ${base.toFixed(1)}`, { x: x(base) + 4, y: from + 8, anchor: 'start' }),
    ]),
    ...points.flatMap(({ name, values }, index) => {
      const y = TOP + index * ROW + ROW / 2;
      return [
        text(name, { x: LABELS - 12, y: y + 4, anchor: 'end' }),
        `<line x1="${x(mean(values))}" x2="${x(mean(values))}" y1="${y - 10}" y2="${y + 10}" stroke="#0072b2" stroke-width="3"/>`,
        ...values.map((value) => `<circle cx="${x(value)}" cy="${y}" r="5" fill="#0072b2" fill-opacity="0.45"/>`),
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** The base of all arms, or that of each where they differ by more than the noise of an evaluation. */
function basesOf(points) {
  const bases = points.map(({ before }) => mean(before));
  const bottom = TOP + points.length * ROW;
  if (Math.max(...bases) - Math.min(...bases) < 1)
    return [{ base: mean(points.flatMap(({ before }) => before)), from: TOP - 6, to: bottom }];
  return bases.map((base, index) => ({ base, from: TOP + index * ROW, to: TOP + (index + 1) * ROW }));
}

function text(content, { x, y, anchor }) {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${INK}">${safe}</text>`;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
