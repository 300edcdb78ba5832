/**
 * MEGA-Bench's equality of formulas. Its code lets sympy read both and asks `a.equals(b)`; here both are read by the same grammar, and the equality
 * test of `@vtriune/verifiers` decides. Where sympy raises an error that the authors catch, they compare the texts.
 */
import { add, constant, equalExpressions, multiply, symbol, type MathNode as Node } from '@vtriune/verifiers/math';
import type { PyValue } from '../../python/value.ts';
import { simple } from '../metric-text.ts';
import { doubleValue } from './double-value.ts';
import { exactly, mapSymbols } from './map-symbols.ts';
import { normalizeLatex } from './normalize-latex.ts';
import { parseLatex } from './parse-latex.ts';
import { written, type Parsed } from './parser.ts';
import { LatexError } from './tokens.ts';

type Comparison = Extract<Parsed, { kind: 'comparison' }>;

/** Two formulas are equal as expressions, or as equations and inequalities side by side. */
export function latexEquality(response: PyValue, right: PyValue): number {
  if (typeof response !== 'string' || typeof right !== 'string') return 0;
  const [answered, expected] = [normalizeLatex(response), normalizeLatex(right)];
  try {
    return Number(sameParsed(settled(parseLatex(answered)), settled(parseLatex(expected))));
  } catch (error) {
    if (!(error instanceof LatexError)) throw error;
    return simple(answered, expected);
  }
}

/** The text outside of `$...$` is the same but for case, blanks and signs, and what is inside is one equal formula. */
export function textWithLatexEquality(response: PyValue, right: PyValue): number {
  if (typeof response !== 'string' || typeof right !== 'string') return 0;
  const [answered, expected] = [split(response), split(right)];
  return Number(simple(answered.text, expected.text) === 1 && latexEquality(answered.latex, expected.latex) === 1);
}

function split(text: string): { text: string; latex: string } {
  const parts = text.split(/(\$[^$]*\$)/);
  const isLatex = (part: string): boolean => part.startsWith('$') && part.endsWith('$');
  const latex = parts.filter(isLatex).map((part) => part.slice(1, -1).trim().replaceAll(',', ''));
  const words = parts.filter((part) => !isLatex(part)).map((part) => part.trim());
  return { text: words.join('').replaceAll(',', ''), latex: latex.join(' ') };
}

/** An expression, a comparison that waits for values, or the truth of one without variables. */
type Settled = Node | Comparison | boolean;

function settled(parsed: Parsed): Settled {
  if (parsed.kind !== 'comparison') return parsed;
  const [left, right] = [settled(parsed.left), settled(parsed.right)];
  if (isExpression(left) && isExpression(right)) return truthOf(parsed.operator, left, right) ?? parsed;
  if (parsed.operator !== '=' && parsed.operator !== '!=') throw new LatexError('an inequality of an inequality');
  // Only what is true or false can equal what is true or false, and only a symbol may stand for it.
  const expression = isExpression(left) ? left : isExpression(right) ? right : undefined;
  return expression === undefined || expression.kind === 'symbol' ? parsed : parsed.operator === '!=';
}

function isExpression(value: Settled): value is Node {
  return typeof value !== 'boolean' && value.kind !== 'comparison';
}

/** Sympy knows a comparison of numbers, and of one thing with itself. */
function truthOf(operator: Comparison['operator'], left: Node, right: Node): boolean | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  const isSame = a !== undefined && b !== undefined ? a === b : sameText(left, right) ? true : undefined;
  if (isSame === undefined) return undefined;
  if (operator === '=' || operator === '!=') return isSame === (operator === '=');
  if (isSame) return operator === '<=' || operator === '>=';
  return Number(a) < Number(b) === operator.startsWith('<');
}

function numberOf(node: Node): number | undefined {
  return node.kind === 'number' ? Number(node.value.num) / Number(node.value.den) : undefined;
}

function sameText(a: Parsed, b: Parsed): boolean {
  return written(a) === written(b);
}

/** `a.equals(b)`. Throws `LatexError` where that raises an error. */
function sameParsed(a: Settled, b: Settled): boolean {
  if (typeof a === 'boolean' || typeof b === 'boolean') {
    if (typeof a === 'boolean' && typeof b === 'boolean') return a === b;
    throw new LatexError('a truth value and an expression');
  }
  if (a.kind === 'comparison') return b.kind === 'comparison' && sameComparison(a, b);
  if (b.kind === 'comparison') throw new LatexError('an expression and a comparison');
  return sameText(a, b) || (sameConstant(a, b) ?? equalExpressions(exactly(complex(a)), exactly(complex(b))));
}

/** Numbers with decimals of up to 15 digits are equal as doubles, as they are in sympy: `0.3` is `3/10`, and `0.1+0.2` is not. Undefined for other expressions. */
function sameConstant(a: Node, b: Node): boolean | undefined {
  const digits = Math.max(decimalDigits(a), decimalDigits(b));
  if (digits === 0 || digits > 15) return undefined;
  const [left, right] = [doubleValue(a), doubleValue(b)];
  return left === undefined || right === undefined ? undefined : left === right;
}

/** The digits of the longest decimal. */
function decimalDigits(node: Node): number {
  if (node.kind === 'number') return node.approximate ? String(node.value.num).replace('-', '').length : 0;
  const parts =
    node.kind === 'add' || node.kind === 'mul' || node.kind === 'function'
      ? node.args
      : node.kind === 'pow'
        ? [node.base, node.exponent]
        : [];
  return Math.max(0, ...parts.map(decimalDigits));
}

/** Symbols stand for complex numbers, which shows where there are absolute values: each becomes a real one and an imaginary one. */
function complex(node: Node): Node {
  if (!written(node).includes('"name":"abs"')) return node;
  return mapSymbols(node, (name) => add(symbol(name), multiply(constant('i'), symbol(`${name} imaginary`))));
}

const REVERSED: Readonly<Record<Comparison['operator'], Comparison['operator']>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function sameComparison(a: Comparison, b: Comparison): boolean {
  const same = (x: Parsed, y: Parsed): boolean => sameParsed(settled(x), settled(y));
  const isEquation = a.operator === '=' || a.operator === '!=';
  if (isEquation) {
    if (a.operator !== b.operator) return false;
    return (same(a.left, b.left) && same(a.right, b.right)) || (same(a.left, b.right) && same(a.right, b.left));
  }
  const other = a.operator === b.operator ? b : { ...b, operator: REVERSED[b.operator], left: b.right, right: b.left };
  return a.operator === other.operator && same(a.left, other.left) && same(a.right, other.right);
}
