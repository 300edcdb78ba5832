// Are two expressions equal for every value of their variables?
// First exactly (rationals), then by the identifying key, then at random points: real numbers of both signs, because the symbols stand
// for reals, so sqrt(x^2) is not x. Values carry error bounds; equal means that rounding explains the difference. Where no point gives
// a value (out of range, undefined) only the key counts, so nothing huge is ever called equal by accident.
import { addComplex, modulus, type Complex } from '../numbers/complex.ts';
import { createBudget, type Budget } from '../numbers/budget.ts';
import { evaluate, type Point } from '../numbers/evaluate.ts';
import { exactValue, hasDecimal } from '../numbers/exact.ts';
import { arePositive, hasAbsolute, restrictedParts } from './real-domain.ts';
import { keyOf } from '../key.ts';
import { confirmEqual } from '../numbers/precise.ts';
import { equalRational, negRational, addRational, type Rational } from '../numbers/rational.ts';
import type { Node } from '../ast.ts';

/** Points tried at most, and how many must agree. */
const MAX_POINTS = 12;
const ENOUGH_POINTS = 4;
/** Roots and logarithms that are looked into. */
const MAX_RESTRICTED = 12;
/** Safety factor over the estimated rounding error. */
const SLACK = 32;
/** Relative tolerance where a decimal takes part: sympy computes with 15 digits. */
const DECIMAL_TOLERANCE = 1e-14;

function hash(name: string, seed: number): number {
  let state = 2166136261 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (let i = 0; i < name.length; i += 1) state = Math.imul(state ^ name.charCodeAt(i), 16777619);
  state ^= state >>> 15;
  state = Math.imul(state, 0x85ebca6b);
  return ((state ^ (state >>> 13)) >>> 0) / 4294967296;
}

/** Point number `seed`: values between 0.2 and 3.2, negative for about half of the variables, all positive at every third point. */
function pointAt(seed: number): (name: string) => number {
  return (name) => {
    const size = 0.2 + 3 * hash(name, seed);
    return seed % 3 !== 0 && hash(name, seed + 1000) < 0.5 ? -size : size;
  };
}

function agree(a: Complex, b: Complex, decimal: boolean): boolean {
  const gap = addComplex(a, { re: -b.re, im: -b.im, error: b.error });
  if (!gap) return false;
  const tolerance = SLACK * gap.error + (decimal ? DECIMAL_TOLERANCE * Math.max(modulus(a), modulus(b)) : 0);
  return modulus(gap) <= tolerance;
}

function closeRational(a: Rational, b: Rational): boolean {
  const gap = addRational(a, negRational(b));
  if (!gap) return false;
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  return size(gap.num) * 10n ** 14n * a.den <= size(a.num) * gap.den;
}

/** True where the two scalars are the same function of their variables. */
export function sameValue(a: Node, b: Node, budget: Budget = createBudget()): boolean {
  const left = exactValue(a, budget);
  const right = left && exactValue(b, budget);
  if (left && right) return equalRational(left, right) || ((hasDecimal(a) || hasDecimal(b)) && closeRational(left, right));
  // Keys of two kinds are never the same, and cost more than the kinds.
  if (a.kind === b.kind && keyOf(a) === keyOf(b)) return !isUndefined(a);
  return agreesAtPoints(a, b, budget);
}

function isUndefined(node: Node): boolean {
  return node.kind === 'constant' && node.name === 'undefined';
}

function agreesAtPoints(a: Node, b: Node, budget: Budget): boolean {
  const decimal = hasDecimal(a) || hasDecimal(b);
  let agreed = 0;
  for (let seed = 0; seed < MAX_POINTS && agreed < ENOUGH_POINTS; seed += 1) {
    let variables = 0;
    const base = pointAt(seed);
    const at = (name: string): number => {
      variables += 1;
      return base(name);
    };
    const point: Point = { at, budget };
    const left = evaluate(a, point);
    const right = evaluate(b, point);
    if (variables === 0) return left !== null && right !== null && agree(left, right, decimal) && (decimal || confirmEqual(a, b, budget));
    if (!left || !right) continue;
    if (!agree(left, right, decimal)) return false;
    agreed += 1;
  }
  return agreed > 1;
}

/** True where two scalars agree wherever their roots and logarithms of variables are real: `2\ln x` and `\ln x^2`, but not `\sqrt{x^2}` and `x`. */
export function sameWhereReal(a: Node, b: Node, budget: Budget): boolean {
  const parts = [...restrictedParts(a), ...restrictedParts(b)];
  if (parts.length === 0 || parts.length > MAX_RESTRICTED || hasAbsolute(a) || hasAbsolute(b)) return false;
  const decimal = hasDecimal(a) || hasDecimal(b);
  let agreed = 0;
  for (let seed = 0; seed < 2 * MAX_POINTS && agreed < ENOUGH_POINTS; seed += 1) {
    const wide = pointAt(seed);
    // Every other point is near 0, where expressions such as \sqrt{1-v^2} are real.
    const point: Point = { at: (name) => wide(name) * (seed % 2 === 0 ? 1 : 0.3), budget };
    if (!arePositive(parts, point)) continue;
    const [left, right] = [evaluate(a, point), evaluate(b, point)];
    if (!left || !right) continue;
    if (!agree(left, right, decimal)) return false;
    agreed += 1;
  }
  return agreed > 1;
}

/** True where `a` is `b` times a constant that is not 0, or a positive one if asked. */
export function proportional(a: Node, b: Node, options: { readonly positive: boolean; readonly budget: Budget }): boolean {
  const { positive, budget } = options;
  let ratio: Complex | null = null;
  let agreed = 0;
  for (let seed = 0; seed < MAX_POINTS && agreed < ENOUGH_POINTS; seed += 1) {
    const point: Point = { at: pointAt(seed), budget };
    const [left, right] = [evaluate(a, point), evaluate(b, point)];
    if (!left || !right) continue;
    if (modulus(right) <= SLACK * right.error || modulus(left) <= SLACK * left.error) {
      if (modulus(right) <= SLACK * right.error !== modulus(left) <= SLACK * left.error) return false;
      continue;
    }
    const size = modulus(right) ** 2;
    const re = (left.re * right.re + left.im * right.im) / size;
    const im = (left.im * right.re - left.re * right.im) / size;
    const error = (left.error / modulus(left) + right.error / modulus(right)) * Math.hypot(re, im);
    if (ratio && Math.hypot(ratio.re - re, ratio.im - im) > SLACK * (error + ratio.error)) return false;
    if (Math.abs(im) > SLACK * error || (positive && re <= 0)) return false;
    ratio ??= { re, im, error };
    agreed += 1;
  }
  return agreed > 1;
}
