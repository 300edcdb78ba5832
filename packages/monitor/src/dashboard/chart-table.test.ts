import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartTable } from './chart-table.ts';
import { addPoint, createSeries, pointsOf } from './series.ts';
import { smooth } from './smooth.ts';

const golden = JSON.parse(readFileSync(new URL('../../test/fixtures/ewm.json', import.meta.url), 'utf8')) as {
  values: number[];
  smoothed: Record<string, number[]>;
};
const column = (length: number, of: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => of(i));

describe('smooth', () => {
  it.each(Object.entries(golden.smoothed))('is what pandas computes with factor %s', (factor, expected) => {
    const found = [...smooth(Float64Array.from(golden.values), Number(factor))];
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
  });

  it('leaves a constant what it is', () => {
    for (const value of smooth(
      column(50, () => 0.7),
      0.95,
    ))
      expect(value).toBeCloseTo(0.7, 12);
  });
});

describe('chartTable', () => {
  it('gives every point where they fit, with holes where a series has none', () => {
    const series = [
      { x: Float64Array.of(0, 2, 4), values: Float64Array.of(1, 2, 3) },
      { x: Float64Array.of(2, 3), values: Float64Array.of(5, 6) },
    ];
    const table = chartTable(series, { width: 100, smoothing: 0 });
    expect(table).toMatchObject({
      decimated: false,
      x: [0, 2, 3, 4],
      raw: [
        [1, 2, null, 3],
        [null, 5, 6, null],
      ],
    });
  });

  it('loses no spike and no dip, and keeps first and last, however much it leaves out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 5000 }), fc.nat(), fc.nat(), (length, high, low) => {
        const values = column(length, (i) => Math.sin(i / 50));
        values[high % length] = 100;
        values[(low % length === high % length ? low + 1 : low) % length] = -100;
        const table = chartTable([{ x: column(length, (i) => i), values }], { width: 50, smoothing: 0 });
        const drawn = (table.raw[0] ?? []).filter((value) => value !== null);
        expect([table.x.length, Math.max(...drawn), Math.min(...drawn)]).toEqual([100, 100, -100]);
        expect(table.decimated).toBe(true);
      }),
    );
  });

  it('smooths before it leaves points out, so that zooming does not change a curve', () => {
    const series = [{ x: column(4000, (i) => i), values: column(4000, (i) => Math.cos(i / 9)) }];
    const full = smooth(series[0]?.values ?? new Float64Array(), 0.9);
    const zoomed = chartTable(series, { width: 100, smoothing: 0.9, from: 2000, to: 2050 });
    expect(zoomed.decimated).toBe(false);
    zoomed.x.forEach((x, row) => expect(zoomed.smoothed[0]?.[row]).toBeCloseTo(full[x] ?? NaN, 5));
    // One point on each side, so that the line reaches the edges.
    expect([zoomed.x[0], zoomed.x.at(-1)]).toEqual([1999, 2051]);
  });

  it('draws nothing of nothing', () => {
    expect(chartTable([{ x: new Float64Array(), values: new Float64Array() }], { width: 10, smoothing: 0.5 })).toEqual({
      x: [],
      raw: [[]],
      smoothed: [[]],
      decimated: false,
    });
  });
});

describe('pointsOf', () => {
  it('sorts steps that came late, and of two values at one step takes the later', () => {
    const series = createSeries({ source: 's', split: 't', name: 'n' });
    for (const [step, value] of [
      [3, 1],
      [1, 2],
      [3, 9],
    ] as const)
      addPoint(series, step, value);
    const { steps, values } = pointsOf(series);
    expect([[...steps], [...values]]).toEqual([
      [1, 3],
      [2, 9],
    ]);
  });
});
