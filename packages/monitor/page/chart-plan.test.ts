import { describe, expect, it } from 'vitest';
import type { RunDetails } from '../src/dashboard/wire.ts';
import { drawnValues, planCharts, type Selection } from './chart-plan.ts';

function run(id: string, series: readonly (readonly [source: string, split: string, name: string])[]): RunDetails {
  const none = { folder: '', modified: 0, bytes: 0, steps: [], alarms: [], sources: {}, timed: false, lastStep: 0 };
  const counts = { counts: { metrics: 0, rollouts: 0, alarms: 0 }, skipped: { bad: 0, partial: 0 } };
  return { id, name: id, ...none, ...counts, series: series.map(([source, split, name]) => ({ source, split, name, points: 1, last: 0 })) };
}

const first = run('first', [
  ['all', 'train', 'reward/total'],
  ['all', 'test', 'reward/total'],
  ['boxes', 'train', 'reward/total'],
  ['boxes', 'train', 'detection/iou_50_recall'],
  ['boxes', 'train', 'verifier/iou_threshold'],
  ['all', 'train', 'time/step'],
  ['all', 'train', 'time/at'],
]);
const second = run('second', [['all', 'train', 'reward/total']]);
const selection: Selection = {
  runs: [first, second],
  layout: 'metric',
  filter: '',
  sources: new Set(['all']),
  splits: new Set(['train']),
  colorOf: (id) => (id === 'first' ? 0 : 1),
};
function shown(changes: Partial<Selection>) {
  return planCharts({ ...selection, ...changes }).map(({ id, curves }) => [
    id,
    curves.map(({ label, color, threshold }) => [label, color, ...(threshold === true ? ['dotted'] : [])]),
  ]);
}

describe('planCharts', () => {
  it('draws a metric of several runs in one chart, rewards first', () => {
    expect(shown({})).toEqual([
      [
        'reward/total',
        [
          ['first', 0],
          ['second', 1],
        ],
      ],
      ['time/step', [['first', 0]]],
    ]);
  });

  it('tells sources apart by color where one run is shown', () => {
    expect(shown({ runs: [first], sources: new Set(['all', 'boxes']), filter: 'reward/total' })).toEqual([
      [
        'reward/total',
        [
          ['all', 0],
          ['boxes', 1],
        ],
      ],
    ]);
  });

  it('makes a tile a source, and draws the IoU threshold in force over detection', () => {
    expect(shown({ layout: 'source', sources: new Set(['boxes']), filter: '^detection/.*recall$' })).toEqual([
      [
        'detection/iou_50_recall boxes',
        [
          ['first', 0],
          ['IoU threshold', 0, 'dotted'],
        ],
      ],
    ]);
  });

  it('has no charts while the pattern is half typed', () => {
    expect(shown({ filter: 'reward/(' })).toEqual([]);
  });
});

describe('drawnValues', () => {
  it('are smoothed, but for a threshold, which goes up in steps', () => {
    const table = { raw: [[0.85, 0.95]], smoothed: [[0.85, 0.88]] };
    const curve = { key: ['r', 'all', 'train', 'm'] as const, label: 'm', color: 0 };
    expect(drawnValues(curve, table, 0)).toEqual([0.85, 0.88]);
    expect(drawnValues({ ...curve, threshold: true }, table, 0)).toEqual([0.85, 0.95]);
  });
});
