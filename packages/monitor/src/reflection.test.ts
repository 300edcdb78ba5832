import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REFLECTION_WORDS, reflectionWordsIn } from './reflection.ts';

function wordsIn(text: string): string[] {
  return REFLECTION_WORDS.filter((_, place) => ((reflectionWordsIn(text) >> place) & 1) === 1);
}

describe('reflectionWordsIn', () => {
  it('finds what looking for each word finds, in any text', () => {
    const pieces = [
      ...REFLECTION_WORDS,
      're-evaluation',
      'again',
      're',
      '-',
      'check',
      'think ',
      ' ',
      'evaluat',
      'a',
      'WAIT',
      'Try Again',
      'é',
      '\n',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(wordsIn(text)).toEqual(REFLECTION_WORDS.filter((word) => text.toLowerCase().includes(word)));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds words that overlap', () => {
    expect(wordsIn('Recheck again')).toEqual(['recheck', 'check again']);
  });
});
