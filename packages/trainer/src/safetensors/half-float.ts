// Conversions between float32 and the two 16-bit floats of checkpoints. Both directions are exact to the bit with PyTorch's:
// rounding goes to the nearest, ties to even; what is too large becomes infinite; a NaN stays a NaN.

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Bfloat16 bit patterns as float32. */
export function decodeBfloat16(stored: Uint16Array): Float32Array {
  const values = new Float32Array(stored.length);
  const bits = bitsOf(values);
  for (let index = 0; index < stored.length; index += 1) bits[index] = stored[index]! << 16;
  return values;
}

/** Float32 rounded to bfloat16 bit patterns. */
export function encodeBfloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values);
  const stored = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const word = bits[index]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    stored[index] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return stored;
}

function float16ToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/** Float16 bit patterns as float32. */
export function decodeFloat16(stored: Uint16Array): Float32Array {
  return Float32Array.from(stored, float16ToNumber);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function numberToFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  // 65520 is halfway between the largest float16 and the next power of two.
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | roundHalfToEven(magnitude * 2 ** 24);
  const exponent = Math.floor(Math.log2(magnitude));
  // A mantissa that rounds up to 1024 carries into the exponent, which is just the next float16.
  return sign | (((exponent + 15) << 10) + roundHalfToEven((magnitude / 2 ** exponent - 1) * 1024));
}

/** Float32 rounded to float16 bit patterns. */
export function encodeFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, numberToFloat16);
}
