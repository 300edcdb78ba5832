// The few parts of protobuf's wire format that TensorBoard and W&B need: a message is its fields one after another.

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

function key(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}

/** A field with a whole number from 0. */
export function integer(field: number, value: number): Uint8Array {
  return Buffer.concat([key(field, VARINT), varint(value)]);
}

/** A field with a number of 64 bits. */
export function double(field: number, value: number): Uint8Array {
  const encoded = Buffer.alloc(8);
  encoded.writeDoubleLE(value);
  return Buffer.concat([key(field, FIXED_64), encoded]);
}

/** A field with a number of 32 bits. */
export function float(field: number, value: number): Uint8Array {
  const encoded = Buffer.alloc(4);
  encoded.writeFloatLE(value);
  return Buffer.concat([key(field, FIXED_32), encoded]);
}

/** A field with bytes, or with a message. */
export function bytes(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([key(field, LENGTH_DELIMITED), varint(value.length), value]);
}

/** A field with a text. */
export function text(field: number, value: string): Uint8Array {
  return bytes(field, Buffer.from(value, 'utf8'));
}

// Division instead of shifts: steps and lengths may exceed 31 bits.
function varint(value: number): Uint8Array {
  const encoded: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) encoded.push((rest % 128) + 128);
  encoded.push(rest);
  return Uint8Array.from(encoded);
}
