import { describe, expect, it } from 'vitest';
import { keyOf } from '../key.ts';
import { parseLatex } from './parse-latex.ts';

function key(text: string): string | null {
  const node = parseLatex(text);
  return node && keyOf(node);
}

describe('functions', () => {
  it.each([
    ['\\sin x y', '\\sin(xy)'],
    ['\\sin(x) y', '(\\sin(x))y'],
    ['2 \\sin b \\cos a', '2(\\sin b)(\\cos a)'],
    ['\\sin^{-1} x', '\\arcsin x'],
    ['\\cos^2 x', '(\\cos x)^2'],
    ['\\ln x', '\\log_e x'],
    ['\\log x', '\\log_{10} x'],
    ['\\sqrt[3]{x}', 'x^{\\frac{1}{3}}'],
    ['\\int_0^1 z+1 dz', '\\int^1_0 z+1 dz'],
    ['\\sum^3_{k=1} k', '\\sum_{k=1}^{3} k'],
    ['\\operatorname{gcd}(4, 6)', '\\gcd(4,6)'],
  ])('%s is %s', (a, b) => {
    expect(key(a)).not.toBeNull();
    expect(key(a)).toBe(key(b));
  });

  it('tells application from product', () => {
    expect(key('f(x)')).toBe("f?('x)");
    expect(key('f(x,y)')).toBe("f?('x 'y)");
    expect(parseLatex('f(x+1)')?.kind).toBe('mul');
  });

  it.each(['\\sin^x', '\\cos^2', '\\int', '\\sqrt', '\\operatorname{nope}(x)', '\\lim_{x} 3', '\\sum_{k} k'])('refuses %s', (text) => {
    expect(parseLatex(text)).toBeNull();
  });
});
