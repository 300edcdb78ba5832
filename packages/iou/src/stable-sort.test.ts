import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { countingSort, denseRanks, positions, sortDescending } from './stable-sort.ts';

describe('stable sorts', () => {
  it('sorts doubles as a stable comparator sort does, from tiny to huge and of both signs', () => {
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 0.5, 5e-324, -5e-324, 1e308, -1e308));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (values) => {
        const expected = values
          .map((_, index) => index)
          .sort((a, b) => ((values[b] ?? 0) > (values[a] ?? 0) ? 1 : (values[b] ?? 0) < (values[a] ?? 0) ? -1 : 0));
        expect([...sortDescending(Float64Array.from(values))]).toEqual(expected);
      }),
    );
  });

  it('sorts long lists, which use wide digits, the same way', () => {
    const values = Float64Array.from({ length: 50_000 }, (_, index) => Math.round(Math.sin(index * 12.9898) * 5000) / 1000);
    const expected = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
    const sorted = sortDescending(values);
    expect(sorted.findIndex((position, index) => position !== expected[index])).toBe(-1);
    const { ranks, count } = denseRanks(values, sorted);
    expect(count).toBe(new Set(values).size);
    expect(sorted.every((position, index) => index === 0 || (ranks[position] ?? 0) >= (ranks[sorted[index - 1] ?? 0] ?? 0))).toBe(true);
  });

  it('sorts by small keys and keeps the order of equal ones', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), (keys) => {
        const expected = keys.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
        expect([...countingSort(positions(keys.length), keys, 6)]).toEqual(expected);
      }),
    );
  });
});
