// Numbers, symbols, expressions, matrices.
import { call, type Node, type NumberNode } from '../ast.ts';
import { constantValue } from '../numbers/evaluate.ts';
import type { Budget } from '../numbers/budget.ts';
import { exactValue, hasDecimal } from '../numbers/exact.ts';
import { sameValue, sameWhereReal } from './identity.ts';
import { toMatrix } from './matrix.ts';
import { isInteger, roundScaled } from '../numbers/rational.ts';

/** Rounding of decimals, and the allowance for the work. */
export interface ScalarContext {
  /** Decimals to which decimal answers are rounded; `digits` lets the digits given decide for small values. */
  readonly decimals: number | 'digits';
  /** Whether expressions need to agree only where their roots and logarithms of variables are real. */
  readonly whereReal: boolean;
  readonly budget: Budget;
}

function innerNumber(node: Node): NumberNode | null {
  if (node.kind === 'number') return node;
  return node.kind === 'percent' && node.arg.kind === 'number' ? node.arg : null;
}

function isWhole(node: NumberNode): boolean {
  return !node.approximate && isInteger(node.value);
}

function roundedValue(node: Node, decimals: number): bigint | null {
  const exact = exactValue(node);
  if (exact) return roundScaled(exact, decimals);
  const value = constantValue(node);
  if (value === null || !Number.isFinite(value) || Math.abs(value) > 1e300) return null;
  return roundScaled({ num: BigInt(Math.round(value * 2 ** 20 * 1e6)), den: 2n ** 20n * 10n ** 6n }, decimals);
}

/** The value of an expression without decimals if it is a whole number: decimals are not rounded to meet it. */
function wholeValue(node: Node): bigint | null {
  const value = hasDecimal(node) ? null : exactValue(node);
  return value && isInteger(value) ? value.num / value.den : null;
}

/** Decimals that Math-Verify rounds to. */
const DEFAULT_DECIMALS = 6;
/** Below this six decimals are less than four digits. */
const SMALL = 1e-3;
const LEAST_DIGITS = 3;
const MOST_DIGITS = 6;

function isSmall(node: Node): boolean {
  const value = constantValue(node);
  return value !== null && Math.abs(value) < SMALL;
}

/** Significant digits of a decimal as it was written; undefined for what is exact. */
function digitsOf(node: Node): number | undefined {
  const literal = innerNumber(node);
  if (!literal?.approximate) return undefined;
  const { num, den } = literal.value;
  const digits = String(((num < 0n ? -num : num) * 10n ** 60n) / den).replace(/^0+|0+$/g, '');
  return Math.min(MOST_DIGITS, Math.max(LEAST_DIGITS, digits.length));
}

/** Two small values at the digits of the more precise decimal: `6.67e-11` is not `8.85e-12`, though both are 0 to six places. */
function sameDigits(a: Node, b: Node): boolean {
  const [x, y] = [constantValue(a), constantValue(b)];
  const digits = Math.max(digitsOf(a) ?? 0, digitsOf(b) ?? 0);
  return x !== null && y !== null && digits > 0 && x.toPrecision(digits) === y.toPrecision(digits);
}

/** A decimal against a fraction or a root: both rounded. 28% against 28: the number counts. */
function sameLiteral(a: Node, b: Node, decimals: ScalarContext['decimals']): boolean {
  const [left, right] = [innerNumber(a), innerNumber(b)];
  if (left?.approximate || right?.approximate) {
    if (wholeValue(a) !== null || wholeValue(b) !== null) return false;
    if (decimals === 'digits' && isSmall(a) && isSmall(b)) return sameDigits(a, b);
    const places = decimals === 'digits' ? DEFAULT_DECIMALS : decimals;
    const [x, y] = [roundedValue(a, places), roundedValue(b, places)];
    return x !== null && x === y;
  }
  return (
    left !== null &&
    right !== null &&
    isWhole(left) &&
    isWhole(right) &&
    left.value.num * right.value.den === right.value.num * left.value.den
  );
}

function isMatrix(node: Node): boolean {
  return (
    node.kind === 'matrix' ||
    ((node.kind === 'add' || node.kind === 'mul' || (node.kind === 'function' && node.name === 'transpose')) && node.args.some(isMatrix)) ||
    (node.kind === 'pow' && isMatrix(node.base))
  );
}

function sameMatrix(a: Node, b: Node, context: ScalarContext): boolean {
  const [left, right] = [toMatrix(a), toMatrix(b)];
  if (!left || !right || left.length !== right.length) return false;
  return left.every((row, i) => {
    const other = right[i];
    return other?.length === row.length && row.every((cell, j) => sameScalar(cell, other[j] ?? call('norm'), context));
  });
}

/** Two values: literals after rounding, matrices cell by cell, everything else as functions of the variables. */
export function sameScalar(a: Node, b: Node, context: ScalarContext): boolean {
  if (isMatrix(a) || isMatrix(b)) return sameMatrix(a, b, context);
  if (sameLiteral(a, b, context.decimals) || sameValue(a, b, context.budget)) return true;
  return context.whereReal && sameWhereReal(a, b, context.budget);
}

/** The letters of a product of single symbols, as `abc` is read; null for other expressions. */
function spelled(node: Node): string | null {
  if (node.kind === 'symbol') return node.name;
  if (node.kind === 'constant' && node.name === 'e') return 'e';
  if (node.kind !== 'mul') return null;
  const letters = node.args.map(spelled);
  return letters.includes(null) ? null : letters.join('');
}

/** Names: `\text{odd}` is the product o*d*d, and e is e however it was read. */
export function sameName(a: Node, b: Node): boolean {
  const [left, right] = [spelled(a), spelled(b)];
  return left !== null && right !== null && left.toLowerCase() === right.toLowerCase();
}
