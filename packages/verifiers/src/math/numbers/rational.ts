// Exact rationals on BigInt.
// Fractions are reduced only while they are small: Euclid's algorithm on two 20,000-bit integers costs more than the cross
// multiplication that a comparison needs, so large values stay unreduced and `equalRational` does not depend on reduction.
// Every operation that can grow its result checks the size first and returns null past MAX_BITS.

/** A fraction with `den` > 0; not necessarily in lowest terms. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

const MAX_BITS = 60_000;
const REDUCE_BELOW_BITS = 2048;
const REDUCE_BELOW = 1n << BigInt(REDUCE_BELOW_BITS);
const SAFE = 1n << 52n;

function bigAbs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

const SMALL = 1n << 31n;

/** True where both parts have less than 32 bits, so that nobody needs to count them. */
export function isSmall({ num, den }: Rational): boolean {
  return num < SMALL && num > -SMALL && den < SMALL;
}

/** Number of bits of |value|, to within four. */
export function bitLength(value: bigint): number {
  if (value < SAFE && value > -SAFE) return value === 0n ? 0 : Math.floor(Math.log2(Math.abs(Number(value)))) + 1;
  return bigAbs(value).toString(16).length * 4;
}

/** Greatest common divisor of |a| and |b|. */
export function gcdBigInt(a: bigint, b: bigint): bigint {
  let x = bigAbs(a);
  let y = bigAbs(b);
  if (x < SAFE && y < SAFE) {
    let m = Number(x);
    let n = Number(y);
    while (n !== 0) [m, n] = [n, m % n];
    return BigInt(m);
  }
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The fraction num/den with a positive denominator; null where den is 0 or the parts are too large. */
export function rational(num: bigint, den = 1n): Rational | null {
  if (den === 0n) return null;
  if (den === 1n) return { num, den };
  const sign = den < 0n ? -1n : 1n;
  const top = num * sign;
  const bottom = den * sign;
  if (bottom < REDUCE_BELOW && bigAbs(top) < REDUCE_BELOW) {
    const divisor = gcdBigInt(top, bottom);
    return divisor === 1n ? { num: top, den: bottom } : { num: top / divisor, den: bottom / divisor };
  }
  return bitLength(top) > MAX_BITS || bitLength(bottom) > MAX_BITS ? null : { num: top, den: bottom };
}

/** An integer as a rational. */
export function integer(value: bigint | number): Rational {
  return { num: BigInt(value), den: 1n };
}

/** 0 / 1. */
export const ZERO: Rational = integer(0);
/** 1 / 1. */
export const ONE: Rational = integer(1);

/** a + b, or null past the size bound. */
export function addRational(a: Rational, b: Rational): Rational | null {
  return a.den === 1n && b.den === 1n ? { num: a.num + b.num, den: 1n } : rational(a.num * b.den + b.num * a.den, a.den * b.den);
}

/** a * b, or null past the size bound. */
export function mulRational(a: Rational, b: Rational): Rational | null {
  if (a.num === 0n || b.num === 0n) return ZERO;
  if (isSmall(a) && isSmall(b)) return rational(a.num * b.num, a.den * b.den);
  if (bitLength(a.num) + bitLength(b.num) > MAX_BITS || bitLength(a.den) + bitLength(b.den) > MAX_BITS) return null;
  return rational(a.num * b.num, a.den * b.den);
}

/** -a. */
export function negRational(a: Rational): Rational {
  return { num: -a.num, den: a.den };
}

/** a / b, null where b is 0. */
export function divRational(a: Rational, b: Rational): Rational | null {
  if (b.num === 0n) return null;
  return mulRational(a, b.num < 0n ? { num: -b.den, den: -b.num } : { num: b.den, den: b.num });
}

/** Exact equality, by cross multiplication. */
export function equalRational(a: Rational, b: Rational): boolean {
  return a.den === b.den ? a.num === b.num : a.num * b.den === b.num * a.den;
}

/** -1, 0 or 1. */
export function compareRational(a: Rational, b: Rational): number {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** True where the value is a whole number. */
export function isInteger(a: Rational): boolean {
  return a.den === 1n || a.num % a.den === 0n;
}

/** floor(a). */
export function floorRational(a: Rational): bigint {
  const quotient = a.num / a.den;
  return a.num < 0n && quotient * a.den !== a.num ? quotient - 1n : quotient;
}

/** base^exponent for a whole exponent; null where the result would be too large or is 0^negative. */
export function powRational(base: Rational, exponent: bigint): Rational | null {
  if (exponent === 0n) return ONE;
  if (exponent < 0n) {
    const inverse = divRational(ONE, base);
    return inverse && powRational(inverse, -exponent);
  }
  if (bigAbs(base.num) <= 1n && base.den === 1n) return exponent % 2n === 0n || base.num >= 0n ? integer(bigAbs(base.num)) : integer(-1);
  if (exponent > BigInt(MAX_BITS)) return null;
  const bits = Math.max(bitLength(base.num), bitLength(base.den)) * Number(exponent);
  return bits > MAX_BITS ? null : rational(base.num ** exponent, base.den ** exponent);
}

/** The integer n-th root of a non-negative value if it is exact, otherwise null. */
export function exactRoot(value: bigint, n: bigint): bigint | null {
  if (value < 2n) return value;
  const bits = bitLength(value);
  if (n > BigInt(bits)) return null;
  let guess = 1n << (BigInt(bits) / n + 1n);
  for (;;) {
    const next = ((n - 1n) * guess + value / guess ** (n - 1n)) / n;
    if (next >= guess) break;
    guess = next;
  }
  return guess ** n === value ? guess : null;
}

const WHOLE = /^-?\d{1,15}$/;

/** Parses digits with an optional sign, fraction part and exponent (`-12.50`, `.5`, `1e-9`); null for anything else or an absurd exponent. */
export function parseDecimal(text: string): Rational | null {
  if (WHOLE.test(text)) return { num: BigInt(text), den: 1n };
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole.length + fraction.length === 0 || text.length > 20_000) return null;
  const digits = BigInt(whole + fraction) * (match[1] === '-' ? -1n : 1n);
  const shift = Number(match[4] ?? 0) - fraction.length;
  if (Math.abs(shift) > 15_000) return null;
  return shift >= 0 ? rational(digits * 10n ** BigInt(shift)) : rational(digits, 10n ** BigInt(-shift));
}

/** Nearest double; exact magnitudes beyond the double range give +-Infinity or 0. */
export function toNumber(a: Rational): number {
  if (a.den === 1n) return Number(a.num);
  if (bigAbs(a.num) < SAFE && a.den < SAFE) return Number(a.num) / Number(a.den);
  const shift = bitLength(a.den) - bitLength(a.num) + 64;
  const scaled = shift >= 0 ? (a.num << BigInt(shift)) / a.den : a.num / (a.den << BigInt(-shift));
  return Number(scaled) * 2 ** -Math.max(-1000, Math.min(1000, shift)) * 2 ** -(shift - Math.max(-1000, Math.min(1000, shift)));
}

/** Rounds to `digits` decimals, ties to even, and returns the value scaled by 10^digits. */
export function roundScaled(a: Rational, digits: number): bigint {
  const scaled = a.num * 10n ** BigInt(digits);
  const low = floorRational({ num: scaled, den: a.den });
  const twice = (scaled - low * a.den) * 2n;
  if (twice === a.den) return low % 2n === 0n ? low : low + 1n;
  return twice > a.den ? low + 1n : low;
}

/** Canonical text `n` or `n/d` of a reduced fraction, equal for equal small values. */
export function rationalKey(a: Rational): string {
  if (a.den === 1n) return a.num.toString();
  const divisor = gcdBigInt(a.num, a.den);
  return a.den === divisor ? (a.num / divisor).toString() : `${a.num / divisor}/${a.den / divisor}`;
}
