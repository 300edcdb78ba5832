import type { Node } from './ast.ts';
import { sameValue } from './compare/identity.ts';

/**
 * True where two expressions have the same value for all real values of their symbols: exactly where both are rational, otherwise at random points with
 * error bounds, so that `\sqrt{x^2}` is not `x`. False where neither can be told, such as with infinities.
 */
export function equalExpressions(a: Node, b: Node): boolean {
  return sameValue(a, b);
}
