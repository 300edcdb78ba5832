// Sums of polynomials over many whole numbers, from as many values as the polynomial has coefficients.
import type { Node } from '../ast.ts';
import { addRational, integer, isInteger, mulRational, negRational, ZERO, type Rational } from './rational.ts';

/** The degree of a polynomial in one variable and nothing else; null for other expressions. */
export function degreeIn(node: Node, variable: string): number | null {
  switch (node.kind) {
    case 'number':
      return 0;
    case 'symbol':
      return node.name === variable ? 1 : null;
    case 'add':
      return combine(node.args, variable, Math.max);
    case 'mul':
      return combine(node.args, variable, (a, b) => a + b);
    case 'pow': {
      const base = degreeIn(node.base, variable);
      if (base === 0 && node.exponent.kind === 'number') return 0;
      if (base === null || node.exponent.kind !== 'number' || !isInteger(node.exponent.value)) return null;
      const exponent = Number(node.exponent.value.num / node.exponent.value.den);
      return exponent >= 0 ? base * exponent : null;
    }
    default:
      return null;
  }
}

function combine(args: readonly Node[], variable: string, join: (a: number, b: number) => number): number | null {
  let total = 0;
  for (const arg of args) {
    const degree = degreeIn(arg, variable);
    if (degree === null) return null;
    total = join(total, degree);
  }
  return total;
}

/** The sum of the first `count` values of a polynomial of degree d, whose first d + 1 values are given; null where it gets too large. */
export function sumOfPolynomial(values: readonly Rational[], count: bigint): Rational | null {
  let differences: readonly Rational[] = values;
  let total: Rational | null = ZERO;
  let binomial = count;
  // Newton: the sum is C(n, 1) f(0) + C(n, 2) \u0394f(0) + C(n, 3) \u0394\u00b2f(0) + ...
  for (let order = 1n; total && differences.length > 0; order += 1n) {
    const [first] = differences;
    const term = first && mulRational(integer(binomial), first);
    total = term ? addRational(total, term) : null;
    binomial = (binomial * (count - order)) / (order + 1n);
    const next: (Rational | null)[] = differences.slice(1).map((value, index) => addRational(value, negRational(differences[index]!)));
    if (next.includes(null)) return null;
    differences = next as readonly Rational[];
  }
  return total;
}
