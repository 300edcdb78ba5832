import { describe, expect, it } from 'vitest';
import { typedToLatex } from './typed-signs.ts';

describe('typedToLatex', () => {
  it.each([
    ['−5', '-5'],
    ['–5', '-5'],
    ['x = –3', 'x = -3'],
    ['3–5', '3–5'],
    ['3 – 5', '3 – 5'],
    ['（1，2）', '(1,2)'],
    ['１２', '12'],
    ['x²+y₁⁻³', 'x^{2}+y_{1}^{-3}'],
    ['√2', '\\sqrt{2}'],
    ['√(x+1)', '\\sqrt(x+1)'],
    ['∛27', '\\sqrt[3]{27}'],
    ['2½', '2\\frac{1}{2}'],
    ['3·5', '3\\cdot 5'],
    ['x∈A', 'x\\in A'],
    ['€10', '10'],
    ['10 €', '10'],
    ['1\u202f234\u202f567', '1234567'],
    ['5\u00a0cm', '5 cm'],
    ['5 cm²', '5 cm'],
    ['5 cm^{2}', '5 cm'],
    ['5m^2', '5m^2'],
    ['14^{th}', '14'],
    ['3e8', '300000000'],
    ['1.25E+1', '12.5'],
    ['1e-3', '0.001'],
    ['12.5e-3', '0.0125'],
    ['-2e0', '-2'],
    ['1e999', '1e999'],
    ['3e8x', '3e8x'],
    ['x3e8', 'x3e8'],
    ['0.\\overline{3}', '\\frac{3}{9}'],
    ['-1.2\\overline{34}', '-\\frac{1222}{990}'],
    ['\\overline{AB}', '\\overline{AB}'],
    ['\\vec a', '\\vec{a}'],
    ['\\vec ab', '\\vec ab'],
    ['\\frac{1}{2}', '\\frac{1}{2}'],
  ])('of %s is %s', (typed, latex) => {
    expect(typedToLatex(typed)).toBe(latex);
  });
});
