// A second look at constants that agree in double precision: about 55 decimals in fixed point on BigInt.
// It tells sqrt(10^20 + 1) from 10^10. Real values from rationals, pi, e, powers, roots, exponentials and logarithms; trigonometric
// functions and complex values are left out, and for those the verdict of the doubles holds.
import { spend, type Budget } from './budget.ts';
import { exactValue } from './exact.ts';
import { bitLength, isInteger, type Rational } from './rational.ts';
import type { Node } from '../ast.ts';

const BITS = 200n;
const UNIT = 1n << BITS;
const MAX_BITS = 700;
/** Differences below this, relative to 1 + |value|, are rounding. */
const NOISE_BITS = 150n;

type Fixed = bigint | null;

function bounded(value: bigint): Fixed {
  return bitLength(value) > MAX_BITS ? null : value;
}
function times(a: bigint, b: bigint): bigint {
  return (a * b) >> BITS;
}
function fromRational(value: Rational): Fixed {
  return bounded((value.num << BITS) / value.den);
}

/** atanh(1/n) and atan(1/n) as series; `sign` -1 gives atan. */
function inverseSeries(n: bigint, sign: bigint): bigint {
  let power = UNIT / n;
  let total = 0n;
  for (let k = 1n, s = 1n; power !== 0n; k += 2n, s *= sign) {
    total += (s * power) / k;
    power /= n * n;
  }
  return total;
}

const LN_2 = 2n * inverseSeries(3n, 1n);
const PI = 4n * (4n * inverseSeries(5n, -1n) - inverseSeries(239n, -1n));

function exponential(x: bigint): Fixed {
  let shift = x / LN_2;
  if (x < 0n) shift -= 1n;
  if (shift > 450n || shift < -BITS) return null;
  const rest = x - shift * LN_2;
  let term = UNIT;
  let total = UNIT;
  for (let k = 1n; term !== 0n; k += 1n) {
    term = times(term, rest) / k;
    total += term;
  }
  return shift >= 0n ? total << shift : total >> -shift;
}

function logarithm(x: bigint): Fixed {
  if (x <= 0n) return null;
  let [value, shift] = [x, 0n];
  for (; value >= 2n * UNIT; shift += 1n) value >>= 1n;
  for (; value < UNIT; shift -= 1n) value <<= 1n;
  const ratio = ((value - UNIT) << BITS) / (value + UNIT);
  const square = times(ratio, ratio);
  let power = ratio;
  let total = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    total += power / k;
    power = times(power, square);
  }
  return 2n * total + shift * LN_2;
}

function squareRoot(x: bigint): Fixed {
  if (x <= 0n) return x === 0n ? 0n : null;
  const value = x << BITS;
  let guess = 1n << (BigInt(value.toString(2).length) / 2n + 1n);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function wholePower(base: bigint, exponent: bigint): Fixed {
  if (exponent < 0n) {
    const positive = wholePower(base, -exponent);
    return positive === null || positive === 0n ? null : (UNIT * UNIT) / positive;
  }
  if (exponent > 600n) return null;
  let result = UNIT;
  for (let k = 0n; k < exponent; k += 1n) {
    result = times(result, base);
    if (bitLength(result) > MAX_BITS) return null;
  }
  return result;
}

function powerOf(base: Node, exponent: Node, budget: Budget): Fixed {
  const value = fixedValue(base, budget);
  const exact = exactValue(exponent, budget);
  if (value === null) return null;
  if (exact && isInteger(exact)) return wholePower(value, exact.num / exact.den);
  if (exact && exact.num * 2n === exact.den) return squareRoot(value);
  const index = fixedValue(exponent, budget);
  const log = index === null ? null : logarithm(value);
  return log === null || index === null ? null : exponential(times(log, index));
}

function fold(args: readonly Node[], join: (a: bigint, b: bigint) => bigint, budget: Budget): Fixed {
  let total: Fixed = null;
  for (const arg of args) {
    const value = fixedValue(arg, budget);
    if (value === null) return null;
    total = bounded(total === null ? value : join(total, value));
    if (total === null) return null;
  }
  return total;
}

/** The value in units of 2^-200; null where it is not real, too large or of an unsupported kind. */
function fixedValue(node: Node, budget: Budget): Fixed {
  if (!spend(budget, 20)) return null;
  switch (node.kind) {
    case 'number':
      return fromRational(node.value);
    case 'constant':
      return node.name === 'pi' ? PI : node.name === 'e' ? exponential(UNIT) : null;
    case 'add':
      return fold(node.args, (a, b) => a + b, budget);
    case 'mul':
      return fold(node.args, times, budget);
    case 'pow':
      return powerOf(node.base, node.exponent, budget);
    case 'function': {
      const [argument, base] = node.args;
      if (node.name !== 'log' || !argument || !base) return null;
      const [top, bottom] = [logarithmOf(argument, budget), logarithmOf(base, budget)];
      return top === null || bottom === null || bottom === 0n ? null : (top << BITS) / bottom;
    }
    default:
      return null;
  }
}

function logarithmOf(node: Node, budget: Budget): Fixed {
  const value = fixedValue(node, budget);
  return value === null ? null : logarithm(value);
}

/** False where more digits show that two constants differ; true where they agree or more digits cannot be had. */
export function confirmEqual(a: Node, b: Node, budget: Budget): boolean {
  const left = fixedValue(a, budget);
  const right = left === null ? null : fixedValue(b, budget);
  if (left === null || right === null) return true;
  const gap = left > right ? left - right : right - left;
  return gap <= (UNIT + (left < 0n ? -left : left)) >> NOISE_BITS;
}
