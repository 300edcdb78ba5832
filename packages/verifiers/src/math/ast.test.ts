import { describe, expect, it } from 'vitest';
import { add, childrenOf, constant, divide, multiply, negate, power, subtract, symbol, whole } from './ast.ts';

const x = symbol('x');

describe('tree builders', () => {
  it('flattens sums and products in written order', () => {
    expect(add(add(whole(1), x), whole(2))).toEqual({ kind: 'add', args: [whole(1), x, whole(2)] });
    expect(multiply(x, multiply(whole(2), x))).toEqual({ kind: 'mul', args: [x, whole(2), x] });
  });

  it('keeps literal fractions exact and division by zero undefined', () => {
    expect(divide(whole(6), whole(4))).toMatchObject({ kind: 'number', value: { num: 3n, den: 2n } });
    expect(divide(x, whole(0))).toEqual(constant('undefined'));
    expect(divide(x, whole(2))).toEqual(multiply(x, power(whole(2), whole(-1))));
    expect(negate(whole(3))).toEqual(whole(-3));
    expect(subtract(x, whole(3))).toEqual(add(x, whole(-3)));
  });

  it('lists children', () => {
    expect(childrenOf(power(x, whole(2)))).toEqual([x, whole(2)]);
    expect(childrenOf(x)).toEqual([]);
    expect(childrenOf({ kind: 'matrix', rows: [[x], [whole(1)]] })).toEqual([x, whole(1)]);
  });
});
