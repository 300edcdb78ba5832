import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';

const PADDED = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Runs work as in a browser, which has no Buffer. */
function inBrowser<T>(work: () => T): T {
  vi.stubGlobal('Buffer', undefined);
  try {
    return work();
  } finally {
    vi.unstubAllGlobals();
  }
}

describe('base64', () => {
  it('brings bytes there and back, in a buffer of their own', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const decoded = decodeBase64(encodeBase64(bytes));
        expect(decoded).toEqual(bytes);
        expect(decoded?.buffer.byteLength).toBe(bytes.length);
        expect(inBrowser(() => decodeBase64(encodeBase64(bytes)))).toEqual(bytes);
      }),
    );
  });

  it('accepts the padded base64 texts and no others', () => {
    const letter = fc.constantFrom(...'AZaz09+/==-_ \n.é\u0141'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 12 }), (text) => {
        expect(decodeBase64(text) !== undefined).toBe(PADDED.test(text));
        expect(inBrowser(() => decodeBase64(text)) !== undefined).toBe(PADDED.test(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['no base64!', 'AAA', 'AA=A', '====', 'A===', 'AB==CD==', 'AA-_', 'AAAA\n', ' AAA', 'data:image/png;base64,AAAA'])(
    'refuses %j',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});
