// Exact values. `exactValue` gives the rational that an expression equals, or null where it is irrational, has variables, or would
// be too large to write down: every power and factorial is checked before it is computed.
import { createBudget, spend, type Budget } from './budget.ts';
import {
  ZERO,
  ONE,
  addRational,
  bitLength,
  compareRational,
  divRational,
  exactRoot,
  floorRational,
  gcdBigInt,
  integer,
  isInteger,
  isSmall,
  mulRational,
  negRational,
  powRational,
  rational,
  type Rational,
} from './rational.ts';
import { degreeIn, sumOfPolynomial } from './polynomial-sum.ts';
import type { BinderNode, FunctionNode, Node } from '../ast.ts';

const MAX_FACTORIAL = 5_000n;
const MAX_TERMS = 2_000n;
const MAX_DEGREE = 12;
const HUNDREDTH: Rational = { num: 1n, den: 100n };

/** Values of bound variables, and the allowance for the work. */
interface Context {
  readonly bindings: ReadonlyMap<string, Rational>;
  readonly budget: Budget;
}
const NO_BINDINGS: ReadonlyMap<string, Rational> = new Map();
/** Bits of a result that cost one step. */
const BITS_PER_STEP = 64;

/** The exact rational value of an expression without free variables, otherwise null. */
export function exactValue(node: Node, budget: Budget = createBudget()): Rational | null {
  return valueOf(node, { bindings: NO_BINDINGS, budget });
}

function paid(value: Rational | null, context: Context): Rational | null {
  if (!value || isSmall(value)) return value;
  const bits = bitLength(value.num) + bitLength(value.den);
  return bits < BITS_PER_STEP || spend(context.budget, bits / BITS_PER_STEP) ? value : null;
}

function valueOf(node: Node, context: Context): Rational | null {
  if (!spend(context.budget)) return null;
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'symbol':
      return context.bindings.get(node.name) ?? null;
    case 'percent': {
      const value = valueOf(node.arg, context);
      return value && mulRational(value, HUNDREDTH);
    }
    case 'add':
      return fold(node.args, SUM, context);
    case 'mul':
      return fold(node.args, PRODUCT, context);
    case 'pow':
      return paid(exactPower(node.base, node.exponent, context), context);
    case 'function':
      return node.known ? paid(exactFunction(node, context), context) : null;
    case 'binder':
      return exactSeries(node, context);
    default:
      return null;
  }
}

interface Operation {
  readonly neutral: Rational;
  readonly apply: (a: Rational, b: Rational) => Rational | null;
}
const SUM: Operation = { neutral: ZERO, apply: addRational };
const PRODUCT: Operation = { neutral: ONE, apply: mulRational };

function fold(args: readonly Node[], operation: Operation, context: Context): Rational | null {
  let total: Rational = operation.neutral;
  for (const arg of args) {
    const value = valueOf(arg, context);
    const next = value && paid(operation.apply(total, value), context);
    if (!next) return null;
    total = next;
  }
  return total;
}

function exactPower(baseNode: Node, exponentNode: Node, context: Context): Rational | null {
  const exponent = valueOf(exponentNode, context);
  const base = exponent && valueOf(baseNode, context);
  if (!exponent || !base) return null;
  if (isInteger(exponent)) return powRational(base, exponent.num / exponent.den);
  if (base.num < 0n || exponent.den > 64n) return null;
  const reduced = rational(base.num, base.den);
  const top = reduced && exactRoot(reduced.num, exponent.den);
  const bottom = reduced && exactRoot(reduced.den, exponent.den);
  return top === null || bottom === null ? null : powRational({ num: top, den: bottom }, exponent.num);
}

/** n! for 0 <= n <= 5000, otherwise null. */
export function factorial(n: bigint): bigint | null {
  return n < 0n || n > MAX_FACTORIAL ? null : productOfRange(1n, n);
}

/** Splitting the range keeps the factors of one size, which BigInt multiplies much faster. */
function productOfRange(from: bigint, to: bigint): bigint {
  if (from > to) return 1n;
  if (to - from < 4n) {
    let product = from;
    for (let i = from + 1n; i <= to; i += 1n) product *= i;
    return product;
  }
  const middle = (from + to) / 2n;
  return productOfRange(from, middle) * productOfRange(middle + 1n, to);
}

function binomial(n: Rational, k: Rational): Rational | null {
  if (!isInteger(n) || !isInteger(k)) return null;
  const [top, bottom] = [n.num / n.den, k.num / k.den];
  if (top < 0n || top > MAX_FACTORIAL) return null;
  if (bottom < 0n || bottom > top) return ZERO;
  const small = bottom * 2n > top ? top - bottom : bottom;
  return integer(productOfRange(top - small + 1n, top) / productOfRange(1n, small));
}

function modulo(a: Rational, b: Rational): Rational | null {
  const quotient = divRational(a, b);
  return quotient && addRational(a, { num: -floorRational(quotient) * b.num, den: b.den });
}

function gcdRational(a: Rational, b: Rational): Rational | null {
  return rational(gcdBigInt(a.num * b.den, b.num * a.den), a.den * b.den);
}

function lcmRational(a: Rational, b: Rational): Rational | null {
  if (a.num === 0n || b.num === 0n) return ZERO;
  const divisor = gcdRational(a, b);
  const product = mulRational(a, b);
  const value = divisor && product && divRational(product, divisor);
  return value && absolute(value);
}

function absolute(value: Rational): Rational {
  return value.num < 0n ? negRational(value) : value;
}

function exactFunction(node: FunctionNode, context: Context): Rational | null {
  const args: Rational[] = [];
  for (const arg of node.args) {
    const value = valueOf(arg, context);
    if (!value) return null;
    args.push(value);
  }
  const [a, b] = args;
  if (!a) return null;
  switch (node.name) {
    case 'abs':
    case 'norm':
      return absolute(a);
    case 'floor':
      return integer(floorRational(a));
    case 'ceil':
      return integer(-floorRational(negRational(a)));
    case 'factorial': {
      const value = isInteger(a) ? factorial(a.num / a.den) : null;
      return value === null ? null : integer(value);
    }
    case 'binomial':
      return b ? binomial(a, b) : null;
    case 'mod':
      return b ? modulo(a, b) : null;
    case 'log':
      return b ? exactLogarithm(a, b) : null;
    case 'transpose':
      return a;
    default:
      return exactReduction(node.name, args);
  }
}

function exactReduction(name: string, args: readonly Rational[]): Rational | null {
  const [first, ...rest] = args;
  if (!first) return null;
  if (name === 'max' || name === 'min') {
    const sign = name === 'max' ? 1 : -1;
    return rest.reduce((best, value) => (compareRational(value, best) === sign ? value : best), first);
  }
  const step = name === 'gcd' ? gcdRational : name === 'lcm' ? lcmRational : null;
  if (!step) return null;
  return rest.reduce<Rational | null>((total, value) => total && step(total, value), absolute(first));
}

/** log_b(a) where a is a whole power of b. */
function exactLogarithm(a: Rational, b: Rational): Rational | null {
  if (a.num <= 0n || b.num <= 0n || b.den !== 1n || b.num === 1n || (a.num !== 1n && a.den !== 1n)) return null;
  const inverse = a.den !== 1n;
  let value = inverse ? a.den : a.num;
  let exponent = 0n;
  while (value % b.num === 0n && exponent < MAX_TERMS) {
    value /= b.num;
    exponent += 1n;
  }
  return value === 1n ? integer(inverse ? -exponent : exponent) : null;
}

/** Finite sums and products with exact terms. */
function exactSeries(node: BinderNode, context: Context): Rational | null {
  if (node.operator !== 'sum' && node.operator !== 'product') return null;
  const [lowNode, highNode] = node.bounds;
  const low = lowNode && valueOf(lowNode, context);
  const high = highNode && valueOf(highNode, context);
  if (!low || !high || !isInteger(low) || !isInteger(high)) return null;
  const [from, to] = [low.num / low.den, high.num / high.den];
  if (to - from > MAX_TERMS) return longSum(node, { from, to }, context);
  const step = node.operator === 'sum' ? addRational : mulRational;
  let total: Rational = node.operator === 'sum' ? ZERO : ONE;
  for (let k = from; k <= to; k += 1n) {
    const term = valueOf(node.body, { budget: context.budget, bindings: new Map([...context.bindings, [node.variable, integer(k)]]) });
    const next: Rational | null = term && paid(step(total, term), context);
    if (!next) return null;
    total = next;
  }
  return total;
}

/** A long sum of a polynomial by Newton's differences: `\sum_{k=1}^{100000} k`. Other long series are left alone. */
function longSum(node: BinderNode, { from, to }: { readonly from: bigint; readonly to: bigint }, context: Context): Rational | null {
  const degree = node.operator === 'sum' ? degreeIn(node.body, node.variable) : null;
  if (degree === null || degree > MAX_DEGREE) return null;
  const values: Rational[] = [];
  for (let k = from; k <= from + BigInt(degree); k += 1n) {
    const value = valueOf(node.body, { budget: context.budget, bindings: new Map([...context.bindings, [node.variable, integer(k)]]) });
    if (!value) return null;
    values.push(value);
  }
  return paid(sumOfPolynomial(values, to - from + 1n), context);
}

/** True where a decimal literal takes part, so that the value is known only to its digits. */
export function hasDecimal(node: Node): boolean {
  switch (node.kind) {
    case 'number':
      return node.approximate;
    case 'add':
    case 'mul':
    case 'function':
      return node.args.some(hasDecimal);
    case 'pow':
      return hasDecimal(node.base) || hasDecimal(node.exponent);
    case 'percent':
      return hasDecimal(node.arg);
    case 'binder':
      return hasDecimal(node.body) || node.bounds.some(hasDecimal);
    default:
      return false;
  }
}
