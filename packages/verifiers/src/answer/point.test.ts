import { describe, expect, it } from 'vitest';
import { locatePoint } from './point.ts';

describe('locatePoint', () => {
  it.each([
    ['(3, 4)', [3, 4]],
    ['{"point_2d": [3, 4], "label": "x"}', [3, 4]],
    ['[{"point_2d": [3, 4]}]', [3, 4]],
    ['{"x": 3, "y": 4}', [3, 4]],
    ['click at [3.5, 4], i.e. (3.5, 4)', [3.5, 4]],
    ['(3, 4) or (5, 6)', undefined],
    ['[3, 4, 5, 6]', undefined],
    ['3, 4', undefined],
  ])('of %s is %j', (text, expected) => {
    expect(locatePoint(text)).toEqual(expected);
  });
});
