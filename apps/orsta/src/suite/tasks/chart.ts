// Charts: bars, lines and pies with colored series. Values are read from an axis (0 to 10, or 0 to 50 by fives) or as a percentage.
import type { SuiteTask } from '../contract.ts';
import { barScene } from './chart/bar.ts';
import { lineScene } from './chart/line.ts';
import { pieScene } from './chart/pie.ts';

/** Charts: a value, a sum, or the series with the largest or smallest value. */
export const chart: SuiteTask = {
  name: 'chart',
  sources: ['nano_chart_bar', 'nano_chart_line', 'nano_chart_pie'],
  generate: (random) => random.pick([barScene, lineScene, pieScene])(random),
};
