import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { confirmEqual } from './precise.ts';
import { symbol, type Node } from '../ast.ts';

function node(text: string): Node {
  return parseLatex(text) ?? symbol('unreadable');
}
function confirm(a: string, b: string): boolean {
  return confirmEqual(node(a), node(b), createBudget());
}

describe('confirmEqual', () => {
  it.each([
    ['\\sqrt{8}', '2\\sqrt{2}'],
    ['\\ln 8', '3\\ln 2'],
    ['e^{\\ln 7}', '7'],
    ['2^{\\frac{1}{3}}', '16^{\\frac{1}{12}}'],
    ['\\log_4 8', '\\frac{3}{2}'],
    ['\\pi^{-2}', '\\frac{1}{\\pi \\cdot \\pi}'],
  ])('%s = %s', (a, b) => {
    expect(confirm(a, b)).toBe(true);
  });

  it.each([
    ['\\sqrt{10^{20}+1}', '10^{10}'],
    ['e^{\\pi\\sqrt{163}}', '262537412640768744'],
    ['\\pi', '3.14159265358979323846264338327950289'],
  ])('%s is not %s', (a, b) => {
    expect(confirm(a, b)).toBe(false);
  });

  it('has no objection where it knows nothing', () => {
    expect(confirm('\\sin 1', '2')).toBe(true);
  });
});
