import type { MathNode as Node } from '@vtriune/verifiers/math';
import { powerOf } from './arithmetic.ts';

/** The value of sums, products, quotients and powers of numbers in doubles; undefined for roots, functions, and names that are not given. */
export function doubleValue(node: Node, names: Readonly<Record<string, number>> = {}): number | undefined {
  const valueOf = (own: Node): number => doubleValue(own, names) ?? NaN;
  switch (node.kind) {
    case 'number':
      return finite(Number(node.value.num) / Number(node.value.den));
    case 'symbol':
      return Object.hasOwn(names, node.name) ? names[node.name] : undefined;
    case 'add':
      return finite(node.args.reduce((sum, arg) => sum + valueOf(arg), 0));
    case 'mul':
      // A factor with the exponent -1 divides: 3 times 0.1 is not 3/10.
      return finite(node.args.reduce((product, arg) => (isInverse(arg) ? product / valueOf(arg.base) : product * valueOf(arg)), 1));
    case 'pow':
      return isRoot(node) ? undefined : powerOf(valueOf(node.base), valueOf(node.exponent));
    default:
      return undefined;
  }
}

type Power = Extract<Node, { kind: 'pow' }>;

function isInverse(node: Node): node is Power {
  return node.kind === 'pow' && node.exponent.kind === 'number' && node.exponent.value.num === -1n && node.exponent.value.den === 1n;
}

/** A square root has the exact exponent 1/2. */
function isRoot({ exponent }: Power): boolean {
  return exponent.kind === 'number' && exponent.value.num === 1n && exponent.value.den === 2n && !exponent.approximate;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
