import { describe, expect, it } from 'vitest';
import { differentiate, integrate } from './calculus.ts';
import { real } from './complex.ts';

describe('numeric calculus', () => {
  it('integrates', () => {
    expect(integrate((x) => real(x * x), 0, 3)?.re).toBeCloseTo(9, 10);
    expect(integrate((x) => real(Math.sin(x)), 0, Math.PI)?.re).toBeCloseTo(2, 10);
    expect(integrate((x) => real(x), 0, Infinity)).toBeNull();
    expect(integrate((x) => real(1 / x), 0, 1)).toBeNull();
    expect(integrate(() => null, 0, 1)).toBeNull();
  });

  it('differentiates', () => {
    const slope = differentiate((x) => real(x ** 3), 2);
    expect(Math.abs((slope?.re ?? 0) - 12)).toBeLessThan(1e-8);
  });
});
