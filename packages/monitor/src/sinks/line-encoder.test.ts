import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineEncoder } from './line-encoder.ts';

function expected(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

describe('the line encoder', () => {
  it('gives what joining gives, whatever it was asked before', () => {
    const encode = createLineEncoder();
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 })), (lines) => {
        expect(Buffer.from(encode(lines)).toString('utf8')).toBe(expected(lines));
      }),
    );
  });

  it('takes lines that are larger than the memory it keeps', () => {
    const encode = createLineEncoder();
    const large = ['é'.repeat(3 * 2 ** 20), '漢'.repeat(2 ** 20)];
    expect(Buffer.from(encode(large)).equals(Buffer.from(expected(large)))).toBe(true);
    expect(Buffer.from(encode(['a', 'b'])).toString()).toBe('a\nb\n');
  });
});
