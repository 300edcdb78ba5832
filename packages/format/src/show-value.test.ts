import { expect, it } from 'vitest';
import { showValue } from './show-value.ts';

const cyclic: Record<string, unknown> = { name: 'x' };
cyclic['self'] = cyclic;
const list: unknown[] = [];
list.push(list);
const throwing = {
  get name(): string {
    throw new RangeError('not now');
  },
};

it.each([
  ['x', '"x"'],
  [undefined, 'undefined'],
  [null, 'null'],
  [-0.5, '-0.5'],
  [NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  [12n, '12n'],
  [{ count: 12n }, '{"count":"12n"}'],
  [Symbol('s'), 'Symbol(s)'],
  [new Uint8Array(3), '3 bytes'],
  [cyclic, 'an object that JSON cannot hold'],
  [list, 'a list that JSON cannot hold'],
  [throwing, 'an object that JSON cannot hold'],
])('shows a value whatever it is, case %#', (value, text) => {
  expect(showValue(value)).toBe(text);
});

it('is never longer than asked', () => {
  expect(showValue('x'.repeat(500))).toHaveLength(80);
  expect(showValue('x'.repeat(500), 20)).toBe(`"${'x'.repeat(16)}...`);
  expect(showValue('x'.repeat(18), 20)).toBe(`"${'x'.repeat(18)}"`);
});
