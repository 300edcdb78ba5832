/**
 * Mathematical expressions as trees, and whether two of them are equal: for authors of scorers who read formulas in a notation of their own. The verifier
 * `mathverify` finds and reads answers by itself.
 */
export { add, call, constant, multiply, negate, number, power, symbol, whole } from './math/ast.ts';
export type { Node as MathNode } from './math/ast.ts';
export { equalExpressions } from './math/equal-expressions.ts';
export { rational } from './math/numbers/rational.ts';
export type { Rational } from './math/numbers/rational.ts';
