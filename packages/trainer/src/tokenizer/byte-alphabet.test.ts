import { expect, it } from 'vitest';
import { BYTE_ALPHABET } from './byte-alphabet.ts';

it('has 256 different characters, printable ASCII as itself, the space as U+0120', () => {
  expect(new Set(BYTE_ALPHABET).size).toBe(256);
  expect(BYTE_ALPHABET[0x41]).toBe('A');
  expect(BYTE_ALPHABET[0x20]).toBe('\u0120');
  expect(BYTE_ALPHABET[0xad]).toBe('\u0143');
});
