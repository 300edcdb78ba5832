import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRational,
  compareRational,
  divRational,
  equalRational,
  exactRoot,
  integer,
  isSmall,
  mulRational,
  parseDecimal,
  powRational,
  rational,
  rationalKey,
  roundScaled,
  toNumber,
} from './rational.ts';

const fraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n }))
  .map(([num, den]) => rational(num, den) ?? integer(0));

describe('rational arithmetic', () => {
  it('keeps the field laws', () => {
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        const left = mulRational(a, addRational(b, c) ?? a);
        const right = addRational(mulRational(a, b) ?? a, mulRational(a, c) ?? a);
        expect(left && right && equalRational(left, right)).toBe(true);
        if (b.num !== 0n) expect(equalRational(divRational(mulRational(a, b) ?? a, b) ?? b, a)).toBe(true);
        expect(compareRational(a, b) + compareRational(b, a)).toBe(0);
      }),
    );
  });

  it('has one key per value', () => {
    fc.assert(
      fc.property(
        fraction,
        fc.bigInt({ min: 1n, max: 1000n }),
        (a, k) => rationalKey(a) === rationalKey({ num: a.num * k, den: a.den * k }),
      ),
    );
  });

  it('refuses what would be too large', () => {
    expect(powRational(integer(10), 10n ** 9n)).toBeNull();
    expect(powRational(integer(-1), 10n ** 9n + 1n)).toEqual(integer(-1));
    expect(powRational(integer(0), -1n)).toBeNull();
    expect(rational(1n, 0n)).toBeNull();
  });

  it('reads decimals exactly and rounds halves to even', () => {
    expect(parseDecimal('-12.50')).toEqual({ num: -25n, den: 2n });
    expect(parseDecimal('1.5e3')).toEqual(integer(1500));
    expect(parseDecimal('1.2.3')).toBeNull();
    expect(roundScaled({ num: 5n, den: 10n }, 0)).toBe(0n);
    expect(roundScaled({ num: 15n, den: 10n }, 0)).toBe(2n);
    expect(roundScaled({ num: -1n, den: 3n }, 2)).toBe(-33n);
  });

  it('converts and takes roots', () => {
    expect(toNumber({ num: 10n ** 400n, den: 3n * 10n ** 400n })).toBeCloseTo(1 / 3, 15);
    expect(exactRoot(10n ** 30n, 3n)).toBe(10n ** 10n);
    expect(exactRoot(10n ** 30n + 1n, 3n)).toBeNull();
  });

  it('treats small values as it treats large ones', () => {
    const edge = fc.bigInt({ min: (1n << 31n) - 3n, max: (1n << 31n) + 3n });
    const part = fc.oneof(edge, fc.bigInt({ min: 1n, max: 1n << 40n }));
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        expect(mulRational({ num: -a, den: b }, { num: c, den: d })).toEqual(rational(-a * c, b * d));
        expect(isSmall({ num: a, den: b })).toBe(a < 1n << 31n && b < 1n << 31n);
      }),
    );
    // A point at the end leaves a whole number to the general way.
    fc.assert(
      fc.property(fc.stringMatching(/^-?[0-9]{1,18}$/), (digits) => {
        expect(parseDecimal(digits)).toEqual(parseDecimal(`${digits}.`));
      }),
    );
  });
});
