// The two formats of a TensorBoard event file, written by hand: protobuf messages `Event` and `Summary`
// (tensorflow/core/util/event.proto and framework/summary.proto), each in a TFRecord frame. Only scalars are written.
import { maskedCrc32c } from './crc32c.ts';

/** One scalar of a step. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
}

/** The content of one event: the version mark that opens a file, the scalars of a step, or the mark of a restart. */
export type EventContent =
  | { readonly kind: 'version' }
  | { readonly kind: 'scalars'; readonly step: number; readonly scalars: readonly Scalar[] }
  | { readonly kind: 'restart'; readonly step: number };

/** An event as bytes of a TFRecord; `wallTime` in seconds since 1970. */
export function encodeEvent(content: EventContent, wallTime: number): Uint8Array {
  return frame(Buffer.concat([double(1, wallTime), ...body(content)]));
}

function body(content: EventContent): Uint8Array[] {
  switch (content.kind) {
    case 'version':
      return [bytes(3, Buffer.from('brain.Event:2'))];
    case 'restart':
      // A SessionLog with status START: readers drop what they hold of this step and later ones.
      return [integer(2, content.step), bytes(7, integer(1, 1))];
    case 'scalars': {
      const values = content.scalars.map(({ tag, value }) =>
        bytes(1, Buffer.concat([bytes(1, Buffer.from(tag, 'utf8')), float(2, value)])),
      );
      return [integer(2, content.step), bytes(5, Buffer.concat(values))];
    }
  }
}

// A TFRecord: length (u64), checksum of the length, data, checksum of the data; all little-endian.
function frame(data: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(data.length + 16);
  framed.writeBigUInt64LE(BigInt(data.length), 0);
  framed.writeUInt32LE(maskedCrc32c(framed.subarray(0, 8)), 8);
  framed.set(data, 12);
  framed.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return framed;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

function key(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}

function integer(field: number, value: number): Uint8Array {
  return Buffer.concat([key(field, VARINT), varint(value)]);
}

function double(field: number, value: number): Uint8Array {
  const encoded = Buffer.alloc(8);
  encoded.writeDoubleLE(value);
  return Buffer.concat([key(field, FIXED_64), encoded]);
}

function float(field: number, value: number): Uint8Array {
  const encoded = Buffer.alloc(4);
  encoded.writeFloatLE(value);
  return Buffer.concat([key(field, FIXED_32), encoded]);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([key(field, LENGTH_DELIMITED), varint(value.length), value]);
}

// Division instead of shifts: steps and lengths may exceed 31 bits.
function varint(value: number): Uint8Array {
  const encoded: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) encoded.push((rest % 128) + 128);
  encoded.push(rest);
  return Uint8Array.from(encoded);
}
