// Numeric value of an expression at a point: doubles with error bounds (`complex.ts`), variables from a deterministic point.
// Unknown functions, integrals, limits and endless sums are treated as further variables, named by their content.
import { addComplex, COMPLEX_FUNCTIONS, invert, logComplex, modulus, mulComplex, powComplex, real, type Complex } from './complex.ts';
import { createBudget, spend, type Budget } from './budget.ts';
import { differentiate, integrate } from './calculus.ts';
import { exactValue } from './exact.ts';
import { keyOf } from '../key.ts';
import { compareRational, toNumber, type Rational } from './rational.ts';
import type { BinderNode, FunctionNode, Node } from '../ast.ts';

/** Where an expression is evaluated. */
export interface Point {
  /** The value of a variable; the same name has the same value at one point. */
  readonly at: (name: string) => number;
  readonly budget: Budget;
}

const EULER_GAMMA = 0.5772156649015329;

function exactComplex(value: Rational): Complex | null {
  const re = toNumber(value);
  return re === 0 && value.num !== 0n ? null : real(re);
}

/** The value at a point; null where it is undefined there or leaves the range of doubles. */
export function evaluate(node: Node, point: Point): Complex | null {
  if (!spend(point.budget)) return null;
  switch (node.kind) {
    case 'number':
      return exactComplex(node.value);
    case 'symbol':
      return real(point.at(node.name));
    case 'constant':
      return evaluateConstant(node.name);
    case 'percent': {
      const value = evaluate(node.arg, point);
      return value && mulComplex(value, { re: 0.01, im: 0, error: 1e-18 });
    }
    case 'add':
      return reduce(node.args, addComplex, point);
    case 'mul':
      return reduce(node.args, mulComplex, point);
    case 'pow':
      return evaluatePower(node.base, node.exponent, point);
    case 'function':
      return evaluateFunction(node, point);
    case 'binder':
      return evaluateBinder(node, point);
    default:
      return null;
  }
}

function evaluateConstant(name: string): Complex | null {
  if (name === 'pi') return real(Math.PI);
  if (name === 'e') return real(Math.E);
  if (name === 'gamma') return real(EULER_GAMMA);
  return name === 'i' ? { re: 0, im: 1, error: 0 } : null;
}

function reduce(args: readonly Node[], operation: (a: Complex, b: Complex) => Complex | null, point: Point): Complex | null {
  let total: Complex | null = null;
  for (const arg of args) {
    const value = evaluate(arg, point);
    if (!value) return null;
    total = total ? operation(total, value) : value;
    if (!total) return null;
  }
  return total;
}

function evaluatePower(base: Node, exponent: Node, point: Point): Complex | null {
  const index = evaluate(exponent, point);
  const value = index && evaluate(base, point);
  return value && powComplex(value, index);
}

function evaluateFunction(node: FunctionNode, point: Point): Complex | null {
  const values: Complex[] = [];
  for (const arg of node.args) {
    const value = evaluate(arg, point);
    if (!value) return node.known ? exactFallback(node, point) : real(point.at(keyOf(node)));
    values.push(value);
  }
  const [a, b] = values;
  if (!a) return null;
  if (!node.known) return real(point.at(`${node.name}(${values.map(rounded).join(',')})`));
  const simple = COMPLEX_FUNCTIONS.get(node.name);
  if (simple) return simple(a);
  if (node.name === 'log') return evaluateLogarithm(a, b);
  return REAL_FUNCTIONS.has(node.name) ? (evaluateReal(node, values) ?? exactFallback(node, point)) : real(point.at(keyOf(node)));
}

/** A factorial or binomial beyond doubles may still have an exact value that cancels; alone it is out of range. */
function exactFallback(node: Node, point: Point): Complex | null {
  const value = exactValue(node, point.budget);
  return value && exactComplex(value);
}

function rounded(z: Complex): string {
  return `${z.re.toPrecision(9)},${Math.abs(z.im) < 1e-12 ? 0 : z.im.toPrecision(9)}`;
}

function evaluateLogarithm(a: Complex, base: Complex | undefined): Complex | null {
  const top = logComplex(a);
  const bottom = base && logComplex(base);
  if (base?.re === Math.E && base.im === 0) return top;
  const inverse = bottom ? invert(bottom) : null;
  return top && inverse && mulComplex(top, inverse);
}

function isReal(z: Complex): boolean {
  return Math.abs(z.im) <= z.error * 4;
}

const REAL_FUNCTIONS = new Set(['floor', 'ceil', 'max', 'min', 'norm', 'mod', 'factorial', 'binomial']);

function evaluateReal(node: FunctionNode, values: readonly Complex[]): Complex | null {
  if (!values.every(isReal)) return null;
  const numbers = values.map((value) => value.re);
  const [a = 0, b = 0] = numbers;
  const error = Math.max(...values.map((value) => value.error));
  switch (node.name) {
    case 'floor':
    case 'ceil': {
      const nearest = Math.round(a);
      const value = Math.abs(a - nearest) <= error * 4 ? nearest : node.name === 'floor' ? Math.floor(a) : Math.ceil(a);
      return real(value);
    }
    case 'max':
      return real(Math.max(...numbers), error);
    case 'min':
      return real(Math.min(...numbers), error);
    case 'norm':
      return real(Math.abs(a), error);
    case 'mod':
      return b === 0 ? null : real(a - b * Math.floor(a / b), error * (1 + Math.abs(a / b)));
    case 'factorial':
      return gammaReal(a + 1, error);
    case 'binomial':
      return realBinomial(a, b, error);
    default:
      return null;
  }
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Gamma by Lanczos' series, about 14 digits; exact products for small whole arguments. */
function gammaReal(x: number, error: number): Complex | null {
  if (x <= 0 && Number.isInteger(x)) return null;
  if (Number.isInteger(x) && x <= 171) {
    let product = 1;
    for (let k = 2; k < x; k += 1) product *= k;
    return real(product, product * 1e-15 + product * error * 5);
  }
  if (x < 0.5) {
    const mirrored = gammaReal(1 - x, error);
    return mirrored && invert({ re: (Math.sin(Math.PI * x) * mirrored.re) / Math.PI, im: 0, error: Math.abs(mirrored.re) * 1e-14 });
  }
  const t = x + 6.5;
  const series = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (x - 1 + i)), 0);
  const value = Math.sqrt(2 * Math.PI) * t ** (x - 0.5) * Math.exp(-t) * series;
  return real(value, Math.abs(value) * (1e-13 + error * 10));
}

function realBinomial(n: number, k: number, error: number): Complex | null {
  const [top, low, rest] = [gammaReal(n + 1, error), gammaReal(k + 1, error), gammaReal(n - k + 1, error)];
  const product = low && rest && mulComplex(low, rest);
  const inverse = product && invert(product);
  return top && inverse && mulComplex(top, inverse);
}

const MAX_TERMS = 2_000;

function evaluateBinder(node: BinderNode, point: Point): Complex | null {
  const [lowNode, highNode] = node.bounds;
  if ((node.operator === 'sum' || node.operator === 'product') && lowNode && highNode) {
    const [low, high] = [evaluate(lowNode, point), evaluate(highNode, point)];
    if (low && high && Number.isInteger(low.re) && Number.isInteger(high.re) && high.re - low.re <= MAX_TERMS)
      return sumSeries(node, { low: low.re, high: high.re }, point);
  }
  return evaluateCalculus(node, point) ?? real(point.at(keyOf(node)));
}

function evaluateCalculus(node: BinderNode, point: Point): Complex | null {
  const body = (x: number): Complex | null =>
    evaluate(node.body, { budget: point.budget, at: (name) => (name === node.variable ? x : point.at(name)) });
  if (node.operator === 'derivative') return differentiate(body, point.at(node.variable));
  const [lowNode, highNode] = node.bounds;
  if (node.operator !== 'integral' || !lowNode || !highNode) return null;
  const [low, high] = [evaluate(lowNode, point), evaluate(highNode, point)];
  return low && high && low.im === 0 && high.im === 0 ? integrate(body, low.re, high.re) : null;
}

function sumSeries(node: BinderNode, { low, high }: { readonly low: number; readonly high: number }, point: Point): Complex | null {
  let total: Complex | null = real(node.operator === 'sum' ? 0 : 1);
  for (let k = low; k <= high && total; k += 1) {
    const term = evaluate(node.body, { budget: point.budget, at: (name) => (name === node.variable ? k : point.at(name)) });
    total = term && (node.operator === 'sum' ? addComplex(total, term) : mulComplex(total, term));
  }
  return total;
}

/** Steps for the value of one constant, such as the end of an interval. */
const CONSTANT_STEPS = 2_000;
function noVariables(): Point {
  return { at: () => Number.NaN, budget: createBudget(CONSTANT_STEPS) };
}

/** Numeric value of an expression without variables; +-Infinity for infinities; null where there is none or it is not real. */
export function constantValue(node: Node): number | null {
  const infinite = infiniteSign(node);
  if (infinite !== 0) return infinite * Infinity;
  const value = evaluate(node, noVariables());
  return value && Math.abs(value.im) <= value.error * 4 ? value.re : null;
}

function infiniteSign(node: Node): number {
  if (node.kind === 'constant') return node.name === 'infinity' ? 1 : 0;
  if (node.kind !== 'mul' && node.kind !== 'add') return 0;
  const signs = node.args.map(infiniteSign);
  if (signs.every((sign) => sign === 0)) return 0;
  if (node.kind === 'add') return signs.find((sign) => sign !== 0) ?? 0;
  return node.args.reduce((sign, arg, i) => sign * (signs[i] || Math.sign(constantValue(arg) ?? 0)), 1);
}

/** Sign of a - b for real constants; null where they have no real value or variables take part. */
export function signOf(a: Node, b: Node): number | null {
  const [left, right] = [exactValue(a, createBudget(CONSTANT_STEPS)), exactValue(b, createBudget(CONSTANT_STEPS))];
  if (left && right) return compareRational(left, right);
  const [x, y] = [constantValue(a), constantValue(b)];
  if (x === null || y === null) return null;
  if (x === y) return 0;
  const gap = Number.isFinite(x) && Number.isFinite(y) ? Math.abs(x - y) / Math.max(modulusOf(x), modulusOf(y)) : 1;
  return gap < 1e-14 ? 0 : Math.sign(x - y);
}

function modulusOf(x: number): number {
  return modulus({ re: x, im: 0, error: 0 }) || 1;
}
