// The four metrics that read formulas, on pairs scored by the authors' code with sympy 1.13.2. Every pair has the same score, or stands in one of the tables
// of reasons below.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../metrics.ts';
import { latexEquality, textWithLatexEquality } from './latex-equality.ts';
import { numericMatch } from './numeric-match.ts';

type Golden = [response: string | number, right: string, score: number | string];

const golden = JSON.parse(readFileSync(new URL('../../../../test/fixtures/benchmarks/formulas.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden[]
>;

/** What sympy cannot prove, or the authors' code ends at. */
const THEIRS: readonly [reason: string, pattern: RegExp][] = [
  ['the authors sort numbers and texts together, which is an error in Python', /'a'/],
  ['sympy proves nothing about powers of absolute values of symbols', /\|x\|/],
  ['sympy takes the power 0.5 for another one than 1/2', /\^\{0\.5\}/],
  ['sympy rounds decimals in the order in which they are written, and finds a difference of 1e-16', /\d\.\d/],
  ['a division by 0 equals itself in one order only', /1\/0/],
];

/** What sympy works out and this code does not. */
const OURS: readonly [reason: string, pattern: RegExp][] = [
  ['an integral without bounds', /\\int x/],
  ['a sum up to a symbol', /\\sum_\{.=1\}\^\{n\}/],
  ['a limit', /\\lim/],
];

/** Pairs by reason. */
const DIFFERING: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  latex_expr_equality: {
    'sympy rounds decimals in the order in which they are written, and finds a difference of 1e-16': 20,
    'sympy proves nothing about powers of absolute values of symbols': 7,
    'sympy takes the power 0.5 for another one than 1/2': 3,
    'a division by 0 equals itself in one order only': 1,
    'a limit': 6,
    'a sum up to a symbol': 5,
    'an integral without bounds': 2,
  },
  text_with_latex_expr_equality: {
    'sympy takes the power 0.5 for another one than 1/2': 1,
    'a sum up to a symbol': 1,
    'an integral without bounds': 1,
  },
  general_single_numerical_match: { 'the authors sort numbers and texts together, which is an error in Python': 1 },
  boxed_single_numerical_match: {},
};

function scoreOf(name: string, [response, right]: Golden): number | undefined {
  return METRICS[name]?.(typeof response === 'number' ? { type: 'int', value: response } : response, right);
}

describe.each(Object.entries(golden))('%s', (name, cases) => {
  it(`scores ${String(cases.length)} pairs as the authors do, or differs for a named reason`, { timeout: 60_000 }, () => {
    const differing = cases.filter((one) => scoreOf(name, one) !== one[2]);
    const reasons = differing.map((one) => {
      // Ours are equations that are not seen; theirs are equations that they do not see.
      const table = one[2] === 1 ? OURS : THEIRS;
      return table.find(([, pattern]) => pattern.test(`${String(one[0])} ${one[1]}`))?.[0] ?? JSON.stringify(one);
    });
    const counts: Record<string, number> = {};
    for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
    expect(counts).toEqual(DIFFERING[name]);
  });
});

describe('what sympy makes of a text', () => {
  it('ends where nothing fits any more, without an error', () => {
    expect(latexEquality('5, 6', '5')).toBe(1);
    expect(latexEquality('x+', 'x')).toBe(1);
    expect(latexEquality('x^-1', 'x')).toBe(1);
  });

  it('takes a name before parentheses for a function', () => {
    expect(latexEquality('x(y+1)', 'xy+x')).toBe(0);
    expect(latexEquality('3(y+1)', '3y+3')).toBe(1);
  });

  it('compares texts where there is no formula', () => {
    expect(latexEquality('\\$ 5', '\\$5')).toBe(1);
    expect(latexEquality('', '')).toBe(1);
    expect(latexEquality(null, '5')).toBe(0);
  });

  it('takes its time from no formula, however deep', () => {
    expect(latexEquality(`${'f('.repeat(60)}x`, 'x')).toBe(0);
    expect(latexEquality('('.repeat(3000), 'x')).toBe(0);
    expect(latexEquality(`${'-'.repeat(5001)}x`, '-x')).toBe(1);
    expect(latexEquality('a long answer in words '.repeat(400), 'x')).toBe(0);
    expect(latexEquality(`2^{${'9'.repeat(400)}}`, '1')).toBe(0);
    expect(numericMatch(`10${'^{10}'.repeat(50)}`, '1')).toBe(0);
  });
});

describe('text with formulas', () => {
  it('wants the words and the formulas', () => {
    expect(textWithLatexEquality('Area: $\\frac{1}{2}$', 'area $0.5$')).toBe(0);
    expect(textWithLatexEquality('The area: $\\frac{1}{2}$', 'the  area: $0.5$')).toBe(1);
    expect(textWithLatexEquality('the area: $1$', 'the area: $0.5$')).toBe(0);
  });
});
