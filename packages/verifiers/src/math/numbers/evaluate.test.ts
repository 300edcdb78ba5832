import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';
import { constantValue, evaluate, signOf } from './evaluate.ts';
import { parseLatex } from '../parse/parse-latex.ts';
import { symbol, type Node } from '../ast.ts';

function node(text: string): Node {
  return parseLatex(text) ?? symbol('unreadable');
}

describe('evaluate', () => {
  it.each([
    ['\\frac{\\pi}{4}', Math.PI / 4],
    ['\\ln 2', Math.LN2],
    ['\\arctan 1', Math.PI / 4],
    ['\\cosh 1', Math.cosh(1)],
    ['0.5!', Math.sqrt(Math.PI) / 2],
    ['\\int_0^1 x^2 dx', 1 / 3],
    ['\\sum_{k=1}^{3} \\sqrt{k}', 1 + Math.SQRT2 + Math.sqrt(3)],
    ['-\\infty', -Infinity],
  ])('%s', (text, expected) => {
    const value = constantValue(node(text)) ?? Number.NaN;
    expect(value === expected || Math.abs(value - expected) < 1e-12).toBe(true);
  });

  it('takes variables and unknown functions from the point', () => {
    const point = { at: (name: string): number => name.length, budget: createBudget() };
    expect(evaluate(node('x+y'), point)?.re).toBe(2);
    expect(evaluate(node('f(x)'), point)?.re).toBeGreaterThan(3);
  });

  it('stops when the allowance is used up', () => {
    expect(evaluate(node('\\sum_{k=1}^{900}\\sum_{j=1}^{900} \\sin kj'), { at: () => 1, budget: createBudget(500) })).toBeNull();
  });

  it('orders constants', () => {
    expect(signOf(node('\\sqrt{2}'), node('1.5'))).toBe(-1);
    expect(signOf(node('\\infty'), node('5'))).toBe(1);
    expect(signOf(node('\\sqrt{4}'), node('2'))).toBe(0);
    expect(signOf(node('x'), node('2'))).toBeNull();
  });
});
