import { describe, expect, it } from 'vitest';
import { boxedContent } from './boxed.ts';

describe('boxedContent', () => {
  it.each([
    ['no box', 'all', 'no box'],
    ['\\boxed{1}', 'last', '1'],
    ['\\boxed{\\frac{1}{2}} x', 'last', '\\frac{1}{2}'],
    ['\\boxed{1} and \\boxed{2}', 'last', '1,2'],
    ['\\boxed{1} but far away from the other box \\boxed{2}', 'last', '2'],
    ['\\boxed{1} some text, with a comma in it \\boxed{2}', 'last', '1,2'],
    ['\\boxed{1} but far away from the other box \\boxed{2}', 'all', '1,2'],
    ['\\fbox{3}', 'last', '3'],
    ['\\boxed{004} \\boxed{004}', 'all', '004'],
    ['\\boxed{5', 'last', '{5'],
    ['\\boxed 5', 'last', '5'],
  ] as const)('%s (%s)', (text, mode, expected) => {
    expect(boxedContent(text, mode)).toBe(expected);
  });
});
