import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from './half-float.ts';

const everyPattern = Uint16Array.from({ length: 65_536 }, (_, index) => index);

function isNaNPattern(pattern: number, exponentMask: number): boolean {
  return (pattern & exponentMask) === exponentMask && (pattern & 0x7fff) !== exponentMask;
}

describe.each([
  { name: 'bfloat16', decode: decodeBfloat16, encode: encodeBfloat16, exponentMask: 0x7f80 },
  { name: 'float16', decode: decodeFloat16, encode: encodeFloat16, exponentMask: 0x7c00 },
])('$name', ({ decode, encode, exponentMask }) => {
  const decoded = decode(everyPattern);

  it('encodes each of its values to the pattern it came from', () => {
    const encoded = encode(decoded);
    const wrong = everyPattern.filter((pattern) => !isNaNPattern(pattern, exponentMask) && encoded[pattern] !== pattern);
    expect([...wrong]).toEqual([]);
    const nans = everyPattern.filter((pattern) => isNaNPattern(pattern, exponentMask));
    expect(
      nans.every((pattern) => Number.isNaN(decoded[pattern]) && Number.isNaN(decode(encode(decoded.slice(pattern, pattern + 1)))[0])),
    ).toBe(true);
  });

  it('rounds to the nearest value, ties to even', () => {
    const finite = everyPattern.filter((pattern) => pattern < exponentMask);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: finite.length - 2 }), fc.double({ min: 0, max: 1, noNaN: true }), (pattern, share) => {
        const [low, high] = [decoded[pattern] ?? NaN, decoded[pattern + 1] ?? NaN];
        const value = Math.fround(low + (high - low) * share);
        const [encoded] = encode(Float32Array.of(value));
        const tie = value - low === high - value;
        const nearest = value - low < high - value ? pattern : pattern + 1;
        expect(encoded).toBe(tie ? pattern + (pattern % 2) : nearest);
        expect(encode(Float32Array.of(-value))[0]).toBe(value === 0 ? 0x8000 : (encoded ?? 0) | 0x8000);
      }),
    );
  });
});

it('rounds what is beyond the largest float16 to infinity', () => {
  expect([...encodeFloat16(Float32Array.of(65_519, 65_520, -1e30, 3.4e38))]).toEqual([0x7bff, 0x7c00, 0xfc00, 0x7c00]);
});

it('rounds what is beyond the largest bfloat16 to infinity', () => {
  expect([...encodeBfloat16(Float32Array.of(3.4028234663852886e38, -3.4028234663852886e38))]).toEqual([0x7f80, 0xff80]);
});
