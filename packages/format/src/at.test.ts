import { describe, expect, it } from 'vitest';
import { at } from './at.ts';

describe('at', () => {
  it('returns the element', () => {
    expect(at(['a', 'b'], 1)).toBe('b');
    expect(at(new Float32Array([2, 4]), 0)).toBe(2);
  });

  it('returns an element that is undefined', () => {
    expect(at([undefined], 0)).toBeUndefined();
  });

  it.each([-1, 2, 0.5, Number.NaN])('throws for index %s of a list of two', (index) => {
    expect(() => at(['a', 'b'], index)).toThrow(RangeError);
  });
});
