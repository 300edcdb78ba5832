import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { iouReward, thresholdAt, V_TRIUNE_SCHEDULE, type IouSchedule } from './schedule.ts';

const progress = fc.double({ min: 0, max: 1, noNaN: true });

describe('thresholdAt', () => {
  it.each([
    [0, 0.85],
    [0.1, 0.85],
    [0.1000001, 0.95],
    [0.25, 0.95],
    [0.2500001, 0.99],
    [1, 0.99],
  ])('is the schedule of the paper: at %d it is %d', (at, expected) => {
    expect(thresholdAt(V_TRIUNE_SCHEDULE, at)).toBe(expected);
  });

  it('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(V_TRIUNE_SCHEDULE))).toEqual(V_TRIUNE_SCHEDULE);
  });

  it('moves evenly or along a cosine from start to end', () => {
    const ends = { start: 0.5, end: 0.9 };
    expect([0, 0.25, 0.5, 1].map((at) => thresholdAt({ kind: 'linear', ...ends, until: 0.5 }, at))).toEqual([0.5, 0.7, 0.9, 0.9]);
    expect(thresholdAt({ kind: 'cosine', ...ends }, 0)).toBe(0.5);
    expect(thresholdAt({ kind: 'cosine', ...ends }, 0.5)).toBeCloseTo(0.7, 12);
    expect(thresholdAt({ kind: 'cosine', ...ends }, 0.25)).toBeCloseTo(0.5 + 0.2 * (1 - Math.SQRT1_2), 12);
    expect(thresholdAt({ kind: 'cosine', ...ends }, 1)).toBe(0.9);
    expect(thresholdAt({ kind: 'constant', threshold: 0.75 }, 0.3)).toBe(0.75);
  });

  it('ends a cosine at `until`, and a line of its own length at 1', () => {
    expect(thresholdAt({ kind: 'cosine', start: 0.5, end: 0.9, until: 0.5 }, 0.25)).toBeCloseTo(0.7, 12);
    expect(thresholdAt({ kind: 'cosine', start: 0.5, end: 0.9, until: 0.5 }, 0.8)).toBe(0.9);
    expect(thresholdAt({ kind: 'linear', start: 0.5, end: 0.9 }, 0.25)).toBeCloseTo(0.6, 12);
    expect(thresholdAt({ kind: 'linear', start: 0.1, end: 0.7, until: 1 }, 1)).toBe(0.7);
  });

  it('takes every value at the edge of what is allowed', () => {
    for (const threshold of [0, 1]) expect(thresholdAt({ kind: 'constant', threshold }, 0.5)).toBe(threshold);
    const flat: IouSchedule = { kind: 'adaptive', levels: [0.5, 0.5, 0.7], raiseAbove: 0, minimumCount: 4 };
    expect(thresholdAt(flat, 0.5, [{ passed: 0, count: 4 }])).toBe(0.5);
    expect(
      [1, 2].map((windows) => thresholdAt(flat, 0.5, Array<{ passed: number; count: number }>(windows).fill({ passed: 1, count: 4 }))),
    ).toEqual([0.5, 0.7]);
  });

  it('never falls and stays within its ends', () => {
    const rising = fc.constantFrom<IouSchedule>(
      V_TRIUNE_SCHEDULE,
      { kind: 'linear', start: 0.3, end: 0.95 },
      { kind: 'cosine', start: 0.3, end: 0.95, until: 0.7 },
    );
    fc.assert(
      fc.property(rising, progress, progress, (schedule, a, b) => {
        const [early, late] = [thresholdAt(schedule, Math.min(a, b)), thresholdAt(schedule, Math.max(a, b))];
        expect(early).toBeLessThanOrEqual(late);
        expect(early).toBeGreaterThanOrEqual(0.3);
        expect(late).toBeLessThanOrEqual(0.99);
      }),
    );
  });

  it('raises the level of a source after each window that passes often enough', () => {
    const schedule: IouSchedule = { kind: 'adaptive', levels: [0.5, 0.75, 0.9], raiseAbove: 0.6, minimumCount: 10 };
    const window = (passed: number, count = 20) => ({ passed, count });
    expect(thresholdAt(schedule, 0)).toBe(0.5);
    expect(thresholdAt(schedule, 1)).toBe(0.5);
    expect(thresholdAt(schedule, 0.2, [window(12)])).toBe(0.5);
    expect(thresholdAt(schedule, 0.2, [window(13)])).toBe(0.75);
    expect(thresholdAt(schedule, 0.2, [window(9, 9)])).toBe(0.5);
    expect(thresholdAt(schedule, 0.2, [window(13), window(2), window(20), window(20)])).toBe(0.9);
  });

  it('refuses recorded windows that cannot be', () => {
    const schedule: IouSchedule = { kind: 'adaptive', levels: [0.5, 0.75], raiseAbove: 0.6 };
    for (const window of [
      { passed: 3, count: 2 },
      { passed: NaN, count: 2 },
      { passed: -1, count: 2 },
    ])
      expect(() => thresholdAt(schedule, 0.5, [window])).toThrow(/recorded window.*0 <= passed <= count/);
  });

  it('refuses progress outside of training', () => {
    for (const at of [-0.1, 1.1, NaN])
      expect(() => thresholdAt(V_TRIUNE_SCHEDULE, at)).toThrow(/Training progress.*\[0, 1\].*step \/ total/);
  });

  it.each<[string, unknown, RegExp]>([
    ['a threshold in percent', { kind: 'constant', threshold: 85 }, /threshold 85.*\[0, 1\]/],
    ['stages that stop early', { kind: 'stages', stages: [{ until: 0.2, threshold: 0.5 }] }, /ends at progress 0\.2.*reach 1/],
    ['no stages', { kind: 'stages', stages: [] }, /must reach 1/],
    [
      'stages out of order',
      {
        kind: 'stages',
        stages: [
          { until: 0.9, threshold: 0.5 },
          { until: 0.8, threshold: 0.6 },
        ],
      },
      /Stage 1.*Sort/,
    ],
    [
      'stages that end together',
      {
        kind: 'stages',
        stages: [
          { until: 1, threshold: 0.5 },
          { until: 1, threshold: 0.6 },
        ],
      },
      /Stage 1.*Sort/,
    ],
    ['a threshold below 0', { kind: 'constant', threshold: -0.1 }, /threshold -0\.1/],
    ['a span above 1', { kind: 'linear', start: 0.1, end: 0.2, until: 1.5 }, /progress 1\.5/],
    ['a bound below 0', { kind: 'adaptive', levels: [0.5], raiseAbove: -0.1 }, /pass rate -0\.1/],
    ['a bound of 1', { kind: 'adaptive', levels: [0.5], raiseAbove: 1 }, /pass rate 1\./],
    ['a span of 0', { kind: 'linear', start: 0.1, end: 0.2, until: 0 }, /progress 0/],
    ['no levels', { kind: 'adaptive', levels: [], raiseAbove: 0.5 }, /levels/],
    ['levels out of order', { kind: 'adaptive', levels: [0.9, 0.5], raiseAbove: 0.5 }, /\[0\.9, 0\.5\].*ascending/],
    [
      'a later stage in percent',
      {
        kind: 'stages',
        stages: [
          { until: 0.6, threshold: 0.5 },
          { until: 1, threshold: 95 },
        ],
      },
      /threshold 95/,
    ],
    ['a later level in percent', { kind: 'adaptive', levels: [0.5, 75], raiseAbove: 0.5 }, /threshold 75/],
    ['a bound that nothing exceeds', { kind: 'adaptive', levels: [0.5], raiseAbove: 60 }, /pass rate 60.*\[0, 1\)/],
    ['an unknown kind', { kind: 'steps' }, /constant, stages, linear, cosine, adaptive/],
  ])('refuses %s', (_, schedule, message) => {
    expect(() => thresholdAt(schedule as IouSchedule, 0.5)).toThrow(message);
    expect(() => thresholdAt(schedule as IouSchedule, 0.5)).toThrow(RangeError);
  });
});

describe('iouReward', () => {
  it('pays the IoU at or above the threshold, else nothing (eq. 5)', () => {
    expect(iouReward(0.85, 0.85)).toBe(0.85);
    expect(iouReward(0.84999, 0.85)).toBe(0);
    expect(iouReward(1, 0.99)).toBe(1);
  });

  it('never rises with the threshold', () => {
    fc.assert(
      fc.property(progress, progress, progress, (overlap, a, b) => {
        expect(iouReward(overlap, Math.max(a, b))).toBeLessThanOrEqual(iouReward(overlap, Math.min(a, b)));
      }),
    );
  });
});
