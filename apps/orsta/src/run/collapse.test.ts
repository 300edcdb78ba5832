import type { RewardResult } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import { earningsOf, hasFallen, watchCollapse, type CollapseWatch } from './collapse.ts';

function watched(...steps: readonly (readonly number[])[]): CollapseWatch {
  const watch = watchCollapse();
  steps.forEach((groups, index) => watch.add(index + 1, groups));
  return watch;
}
function times<T>(count: number, value: T): T[] {
  return Array<T>(count).fill(value);
}
/** Mulberry32, so that the healthy runs below are the same every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const GOOD = [0.5, 0, 0.25, 0.5, 0, 0.5, 0.25, 0.5];
const NOTHING = times(8, 0);

describe('watchCollapse', () => {
  it('finds a policy that earns nothing after one good step', () => {
    const watch = watched(GOOD, ...times(5, NOTHING));
    expect(watch.collapse()).toEqual({ since: 2, before: 0.3125, now: 0 });
  });

  it('finds one that still earns by chance, and says since when', () => {
    const watch = watched(GOOD, GOOD, GOOD, NOTHING, [0, 0, 0, 0, 0, 0, 0.25, 0], NOTHING, NOTHING);
    expect(watch.poorSince()).toBe(4);
    expect(watch.collapse()).toMatchObject({ since: 4, now: 0.25 / 32 });
  });

  it('waits for three poor steps, and for enough groups', () => {
    expect(watched(...times(20, GOOD), NOTHING, NOTHING).collapse()).toBeUndefined();
    expect(watched(...times(20, GOOD), NOTHING, NOTHING, NOTHING).collapse()).toBeDefined();
    // (3 x 4 x ... x 9) / (27 x 28 x ... x 33): by chance once in 120,000 times.
    expect(watched(GOOD, NOTHING, NOTHING, NOTHING).collapse()).toBeUndefined();
    expect(watched([0.5], ...times(20, [0])).collapse()).toBeUndefined();
    expect(watched(GOOD, NOTHING).poorSince()).toBe(2);
  });

  it('forgets poor steps once the policy earns again', () => {
    const watch = watched(GOOD, NOTHING, NOTHING, GOOD, NOTHING);
    expect(watch.poorSince()).toBe(5);
    expect(watch.collapse()).toBeUndefined();
  });

  it('has nothing to say of a policy that never earned, of one that improves, and of steps without a score', () => {
    expect(watched(...times(50, NOTHING)).collapse()).toBeUndefined();
    expect(watched(...times(50, NOTHING), ...times(50, GOOD)).poorSince()).toBeUndefined();
    expect(watched(GOOD, ...times(50, [])).poorSince()).toBeUndefined();
  });

  it('finds a slow fall', () => {
    const falling = Array.from({ length: 60 }, (_, step) => times(8, Math.max(0, 0.8 - step / 50)));
    expect(watched(...falling).collapse()).toBeDefined();
  });

  it.each([0.02, 0.1, 0.3, 0.9])('says nothing in 200 runs of 100 steps whose policy is paid with probability %d', (paid) => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const watch = watchCollapse();
      for (let step = 1; step <= 100; step++) {
        watch.add(
          step,
          Array.from({ length: 8 }, () => (random() < paid ? 1 : 0)),
        );
        expect(watch.collapse()).toBeUndefined();
      }
    }
  });
});

describe('hasFallen', () => {
  it.each([
    [times(40, 0.7), times(40, 0), true],
    [times(40, 0.7), times(40, 0.1), true],
    [times(40, 0.7), times(40, 0.18), false],
    [times(5, 0.7), times(5, 0), false],
    [times(40, 0), times(40, 0), false],
    [times(40, 0.1), times(40, 0.7), false],
    [[], times(40, 0), false],
    [times(40, 0.7), [], false],
  ])('after %j come %j: %s', (before, after, fallen) => {
    expect(hasFallen(before, after)).toBe(fallen);
  });
});

describe('earningsOf', () => {
  const scored = (reward: number, metrics: Record<string, number> = {}): RewardResult => ({
    id: '1',
    data_source: 's',
    verifier: 'v',
    status: 'scored',
    reward,
    components: {},
    metrics,
    elapsed_ms: 0,
  });

  it('takes the mean of each group, and mean IoU where it is higher than the reward', () => {
    const failed: RewardResult = {
      id: '1',
      data_source: 's',
      verifier: 'v',
      status: 'failed',
      error: { code: 'timeout', message: '' },
    };
    expect(
      earningsOf([
        { group: '1-0', result: scored(1) },
        { group: '1-0', result: scored(0) },
        { group: '1-1', result: scored(0, { mean_iou: 0.8, iou_threshold: 0.99 }) },
        { group: '1-1', result: scored(0, { 'detection/mean_iou': 0.4 }) },
        { group: '1-2', result: failed },
        { group: '1-3', result: scored(0.5, { mean_iou: 0.1 }) },
        { group: '1-3', result: failed },
      ]),
    ).toEqual([0.5, expect.closeTo(0.6, 12), 0.5]);
  });
});
