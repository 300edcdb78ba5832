// Where an expression with roots and logarithms is real: `2\ln x` for x > 0, `\sqrt{1-v^2}` for |v| < 1.
import { childrenOf, type Node } from '../ast.ts';
import { evaluate, type Point } from '../numbers/evaluate.ts';

/** The bases of roots and the arguments of logarithms that depend on variables. */
export function restrictedParts(node: Node): readonly Node[] {
  const inner = childrenOf(node).flatMap(restrictedParts);
  const own = node.kind === 'pow' && isFractional(node.exponent) ? [node.base] : [];
  const logged = node.kind === 'function' && node.known && node.name === 'log' ? node.args.slice(0, 1) : [];
  return [...[...own, ...logged].filter(hasSymbol), ...inner];
}

function hasSymbol(node: Node): boolean {
  return node.kind === 'symbol' || childrenOf(node).some(hasSymbol);
}

function isFractional(exponent: Node): boolean {
  if (exponent.kind === 'number') return exponent.value.num % exponent.value.den !== 0n;
  return (exponent.kind === 'mul' || exponent.kind === 'pow') && childrenOf(exponent).every((part) => part.kind === 'number');
}

/** True where all of these parts are positive reals. */
export function arePositive(parts: readonly Node[], point: Point): boolean {
  return parts.every((part) => {
    const value = evaluate(part, point);
    return value !== null && Math.abs(value.im) <= 16 * value.error && value.re > 16 * value.error;
  });
}

/** True where an absolute value takes part: it is there to tell negative values from positive ones. */
export function hasAbsolute(node: Node): boolean {
  return (node.kind === 'function' && node.name === 'abs') || childrenOf(node).some(hasAbsolute);
}
