import { describe, expect, it } from 'vitest';
import { secondsAt } from './seconds-at.ts';

function points(...pairs: readonly (readonly [step: number, value: number])[]) {
  return { steps: Float64Array.from(pairs, ([step]) => step), values: Float64Array.from(pairs, ([, value]) => value) };
}

describe('secondsAt', () => {
  it('adds up how long steps took; other steps are where the last one before them ended', () => {
    const at = secondsAt({ durations: points([1, 2], [2, 3], [5, 1]), times: points([1, 1e9]) });
    expect([0, 1, 2, 3, 4, 5, 9].map((step) => at?.(step))).toEqual([0, 2, 5, 5, 5, 6, 6]);
  });

  it('takes the time of records where no step says how long it took, and does not go back', () => {
    const at = secondsAt({ durations: undefined, times: points([1, 1e9], [2, 1e9 + 60], [3, 1e9 + 30], [4, 1e9 + 90]) });
    expect([0, 1, 2, 3, 4].map((step) => at?.(step))).toEqual([0, 0, 60, 60, 90]);
  });

  it('is nothing where the run tells nothing of time', () => {
    expect(secondsAt({ durations: points(), times: undefined })).toBeUndefined();
  });
});
