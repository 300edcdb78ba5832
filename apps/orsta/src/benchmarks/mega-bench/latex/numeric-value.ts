/**
 * The number that MEGA-Bench reads in an answer. Its code prints what sympy read and lets Python evaluate that text: so arithmetic has a value, while
 * `\sqrt{2}`, `5!` and every letter but `E`, which its module defines as 2.718, are unknown names and have none.
 */
import { parseFloatText } from '../../python/float.ts';
import { literalEval } from '../../python/literal.ts';
import { isListOrTuple, numberOf } from '../../python/value.ts';
import { compares, evaluateArithmetic } from './arithmetic.ts';
import { doubleValue } from './double-value.ts';
import { parseLatex } from './parse-latex.ts';
import type { Parsed } from './parser.ts';
import { LatexError } from './tokens.ts';

/** A number, a list or a tuple of them as Python evaluates it; undefined for everything else. */
export type Numeric = number | { readonly type: 'list' | 'tuple'; readonly items: readonly unknown[] };

const E = 2.718;

/** The number that an answer gives. */
export function numericValue(answer: string): Numeric | undefined {
  const text = withoutUnits(answer);
  try {
    return numberBehind(parseLatex(text));
  } catch (error) {
    if (!(error instanceof LatexError)) throw error;
  }
  const float = parseFloatText(text);
  if (float !== undefined) return float;
  const literal = literalEval(text) ?? null;
  return isListOrTuple(literal)
    ? { type: literal.type === 'list' ? 'list' : 'tuple', items: literal.items.map(numberOf) }
    : evaluateArithmetic(text, { E });
}

/** Without signs for units; `%` divides, and pi is 3.14. */
function withoutUnits(text: string): string {
  return text
    .replaceAll('\\pi', 'π')
    .replace(/(?<![\p{Nd}}])\\?π/gu, '3.14')
    .replace(/(\p{Nd})(\\?π)/gu, '$1*3.14')
    .replace(/\{(\\?π)\}/g, '3.14')
    .replace(/\*(\\?π)/g, '*3.14')
    .replaceAll('%', '/100')
    .replaceAll('$', '')
    .replaceAll('¥', '')
    .replaceAll('°C', '')
    .replaceAll(' C', '')
    .replaceAll('°', '');
}

/** A comparison of numbers is True or False, which are 1 and 0. */
function numberBehind(parsed: Parsed): number | undefined {
  if (parsed.kind !== 'comparison') return doubleValue(parsed, { E });
  if (parsed.left.kind === 'comparison' || parsed.right.kind === 'comparison') throw new LatexError('a comparison of a comparison');
  const [left, right] = [doubleValue(parsed.left, { E }), doubleValue(parsed.right, { E })];
  if (left === undefined || right === undefined) return undefined;
  return Number(compares(parsed.operator === '=' ? '==' : parsed.operator, left, right));
}
