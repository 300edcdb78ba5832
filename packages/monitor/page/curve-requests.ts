// Charts that ask for their numbers in the same moment ask in one request, and a live run asks at most twice a second.
import type { ChartTable } from '../src/dashboard/chart-table.ts';
import { fetchCurves } from './api.ts';
import type { Chart } from './chart-plan.ts';
import { axis, reporting, smoothing, zoom } from './state.ts';

/** A table with the axis that it was asked for, which may have changed since. */
export type ShownTable = ChartTable & { readonly axis: 'step' | 'time' };

interface Waiting {
  readonly chart: Chart;
  readonly width: number;
  readonly take: (table: ShownTable) => void;
}

const waiting = new Map<string, Waiting>();
const state: { timer?: ReturnType<typeof setTimeout> | undefined; busy: boolean } = { busy: false };
const SOON_MS = 30;
const MOST_AT_ONCE = 24;

/** Asks for the table of a chart; of several questions about one chart the last is answered. */
export function requestTable(request: Waiting): void {
  waiting.set(request.chart.id, request);
  state.timer ??= setTimeout(() => void answerWaiting(), SOON_MS);
}

async function answerWaiting(): Promise<void> {
  state.timer = undefined;
  if (state.busy) return;
  state.busy = true;
  await reporting(async () => {
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, MOST_AT_ONCE);
      for (const { chart } of batch) waiting.delete(chart.id);
      const asked = axis.peek();
      const tables = await fetchCurves({
        charts: batch.map(({ chart }) => chart.curves.map(({ key }) => key)),
        axis: asked,
        smoothing: smoothing.peek(),
        width: Math.max(...batch.map(({ width }) => width)),
        ...zoom.peek(),
      });
      batch.forEach(({ take }, i) => {
        const table = tables[i];
        if (table !== undefined) take({ ...table, axis: asked });
      });
    }
  });
  state.busy = false;
}
