import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsEnd, isDigitAt, isLetterAt, isSpaceAt, spaceEnd } from './characters.ts';

describe('characters', () => {
  it('are told apart as by patterns, and behind either end there is nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.integer({ min: -2, max: 22 }), (text, at) => {
        const character = text.charAt(at);
        expect(isSpaceAt(text, at)).toBe(/^\s$/.test(character));
        expect(isDigitAt(text, at)).toBe(/^[0-9]$/.test(character));
        expect(isLetterAt(text, at)).toBe(/^[a-zA-Z]$/.test(character));
      }),
    );
    const every = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
    expect(every.filter((character) => isSpaceAt(character, 0))).toEqual(every.filter((character) => /\s/.test(character)));
    expect(every.filter((character) => isLetterAt(character, 0)).join('')).toMatch(/^[A-Z]{26}[a-z]{26}$/);
    expect(every.filter((character) => isDigitAt(character, 0)).join('')).toBe('0123456789');
  });

  it('end where others begin', () => {
    expect(spaceEnd('a \t\u00a0b', 1)).toBe(4);
    expect(digitsEnd('x123', 1)).toBe(4);
    expect(digitsEnd('x', 5)).toBe(5);
  });
});
