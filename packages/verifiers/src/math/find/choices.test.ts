import { describe, expect, it } from 'vitest';
import { CHOICE_TARGET, extractMath } from './extract-math.ts';
import { findChoices } from './choices.ts';

describe('choices', () => {
  it.each([
    ['The answer is A.', 'a'],
    ['**B**', 'b'],
    ['I think it is C', 'c'],
    ['Answer: D', 'd'],
    ['A first, then the answer is B', 'b'],
  ])('%s', (text, expected) => {
    expect(extractMath(text, { targets: [CHOICE_TARGET] }).values[0]).toBe(expected);
  });

  it('finds none inside words', () => {
    expect(extractMath('Because ABBA', { targets: [CHOICE_TARGET] }).values).toEqual([]);
    expect(findChoices('A', ['A'], true).map(([priority]) => priority)).not.toContain(300);
  });
});
