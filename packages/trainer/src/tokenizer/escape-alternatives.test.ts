import { expect, it } from 'vitest';
import { escapeAlternatives } from './escape-alternatives.ts';

it('matches texts as written, the longest first, and nothing where there are none', () => {
  const pattern = new RegExp(escapeAlternatives(['a.b', '[{"x": [', 'a.b|c', '\\boxed{']), 'gu');
  expect('a.b a.b|c axb [{"x": [ \\boxed{'.match(pattern)).toEqual(['a.b', 'a.b|c', '[{"x": [', '\\boxed{']);
  expect(new RegExp(escapeAlternatives([]), 'u').test('anything')).toBe(false);
});
