import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatFloat, parseFloatText, round } from './float.ts';
import { dumpJson, parseJson } from './json.ts';
import { literalEval } from './literal.ts';
import { pythonRandom } from './random.ts';
import { equal, hashKey, repr, str } from './value.ts';

const golden = JSON.parse(readFileSync(new URL('../../../test/fixtures/benchmarks/python.json', import.meta.url), 'utf8'));

describe('values as CPython has them', () => {
  it.each(golden.literals as [string, string | null][])('literal_eval(%j) is %j', (text, expected) => {
    const value = literalEval(text);
    expect(value === undefined ? null : repr(value)).toBe(expected);
  });

  it.each(golden.json as [string, string | null, string | null][])('json.loads(%j) is %j', (text, expected, dumped) => {
    const value = parseJson(text);
    expect(value === undefined ? null : repr(value)).toBe(expected);
    if (value !== undefined) expect(dumpJson(value)).toBe(dumped);
  });

  it.each(golden.floats as [string, string | null][])('float(%j) is %j', (text, expected) => {
    const value = parseFloatText(text);
    expect(value === undefined ? null : formatFloat(value)).toBe(expected);
  });

  it.each(golden.round as [number, number, number][])('round(%d, %d) is %d', (value, digits, expected) => {
    expect(round(value, digits)).toBe(expected);
  });

  it('draws the choices that CPython draws', () => {
    const random = pythonRandom(42);
    const sizes = [
      ...Array<number>(40).fill(4),
      ...Array<number>(20).fill(3),
      ...Array<number>(20).fill(2),
      1,
      1,
      1,
      ...Array<number>(40).fill(4),
    ];
    expect(sizes.map((size) => random.choice([...'ABCD'].slice(0, size)))).toEqual(golden.choices42);
    const seven = pythonRandom(7);
    expect(Array.from({ length: 50 }, () => seven.choice([0, 1, 2, 3, 4, 5, 6, 7, 8]))).toEqual(golden.choices7);
  });

  it('finds 1, 1.0 and True equal, and text apart from numbers', () => {
    const one = literalEval('1') ?? null;
    expect(equal(one, literalEval('1.0') ?? null)).toBe(true);
    expect(equal(one, true)).toBe(true);
    expect(hashKey('1')).not.toBe(hashKey(one));
    expect(str(literalEval('(1.0, "a")') ?? null)).toBe("(1.0, 'a')");
  });
});
