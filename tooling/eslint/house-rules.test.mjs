import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { houseRules, libraryRules, rangeErrorRules, scriptRules, testRules } from './house-rules.mjs';

/** What `no-restricted-syntax` of a set of rules says about a file. */
function complaints(code, { rules }) {
  const config = { languageOptions: { parser: tseslint.parser }, rules: { 'no-restricted-syntax': rules['no-restricted-syntax'] } };
  return new Linter().verify(code, config).map(({ message }) => message);
}

describe('thrown errors', () => {
  it.each(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'AggregateError'])(
    'are not of the built-in class %s',
    (name) => {
      for (const code of [`throw new ${name}('x');`, `throw ${name}('x');`, `Promise.reject(new ${name}('x'));`])
        for (const rules of [houseRules, libraryRules])
          expect(complaints(code, rules)).toEqual(["Throw the package's own error class with a code."]);
    },
  );

  it('may be of an own class, and RangeError where it is the contract', () => {
    expect(complaints("throw new FormatError('invalid_sample', 'x');", libraryRules)).toEqual([]);
    expect(complaints("throw new RangeError('x');", rangeErrorRules)).toEqual([]);
  });
});

describe('functions at the top of a file', () => {
  it.each(['const f = (x) => x;', 'export const f = () => 1;', 'const f = function () {};', 'const f = async () => 1;'])(
    'are declarations: %s',
    (code) => {
      for (const rules of [houseRules, libraryRules, rangeErrorRules, testRules, scriptRules])
        expect(complaints(code, rules)).toEqual([expect.stringContaining('as a declaration')]);
    },
  );

  it.each(['function f() {}', 'const f = make(() => 1);', 'function f() { const g = () => 1; return g; }', 'const f: Rule = (x) => x;'])(
    'leave callbacks, local one-liners and functions of a named type alone: %s',
    (code) => expect(complaints(code, houseRules)).toEqual([]),
  );
});

it('keeps the other house rules on', () => {
  for (const code of ["export * from './a.ts';", 'export default 1;', 'enum A { B }', 'const a = b!;', 'class A extends B {}'])
    expect(complaints(code, libraryRules), code).toHaveLength(1);
  expect(complaints('let state = 1; const home = process.env.HOME;', libraryRules)).toHaveLength(2);
});
