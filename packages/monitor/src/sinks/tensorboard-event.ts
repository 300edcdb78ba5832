// The two formats of a TensorBoard event file, written by hand: protobuf messages `Event` and `Summary`
// (tensorflow/core/util/event.proto and framework/summary.proto), each in a TFRecord frame. Left out: audio, graphs and hyperparameters.
import { maskedCrc32c } from './crc32c.ts';
import { bytes, double, float, integer, text } from './protobuf.ts';

/** Numbers by bin: `counts[i]` of them are over `limits[i - 1]` and up to `limits[i]`. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** A PNG or JPEG file with its size in pixels. */
export interface EncodedImage {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** One value of a step. A text is Markdown to TensorBoard. */
export type SummaryValue = { readonly tag: string } & (
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'histogram'; readonly histogram: Histogram }
  | { readonly kind: 'image'; readonly image: EncodedImage }
);

/** The content of one event: the version mark that opens a file, values of a step, or the mark of a restart. */
export type EventContent =
  | { readonly kind: 'version' }
  | { readonly kind: 'values'; readonly step: number; readonly values: readonly SummaryValue[] }
  | { readonly kind: 'restart'; readonly step: number };

/** An event as bytes of a TFRecord; `wallTime` in seconds since 1970. */
export function encodeEvent(content: EventContent, wallTime: number): Uint8Array {
  return frame(Buffer.concat([double(1, wallTime), ...body(content)]));
}

function body(content: EventContent): Uint8Array[] {
  switch (content.kind) {
    case 'version':
      return [text(3, 'brain.Event:2')];
    case 'restart':
      // A SessionLog with status START: readers drop what they hold of this step and later ones.
      return [integer(2, content.step), bytes(7, integer(1, 1))];
    case 'values':
      return [integer(2, content.step), bytes(5, Buffer.concat(content.values.map((value) => bytes(1, summaryValue(value)))))];
  }
}

function summaryValue(value: SummaryValue): Uint8Array {
  return Buffer.concat([text(1, value.tag), ...contentOf(value)]);
}

const DT_STRING = 7;

function contentOf(value: SummaryValue): Uint8Array[] {
  switch (value.kind) {
    case 'scalar':
      return [float(2, value.value)];
    case 'image': {
      const { width, height, bytes: file } = value.image;
      return [bytes(4, Buffer.concat([integer(1, height), integer(2, width), integer(3, RGBA), bytes(4, file)]))];
    }
    case 'histogram': {
      const { min, max, sum, sumOfSquares, limits, counts } = value.histogram;
      const total = counts.reduce((all, count) => all + count, 0);
      const moments = [min, max, total, sum, sumOfSquares].map((number, place) => double(place + 1, number));
      return [bytes(5, Buffer.concat([...moments, bytes(6, doubles(limits)), bytes(7, doubles(counts))]))];
    }
    case 'text': {
      // A string tensor of one element, and the name of the plug-in that shows it.
      const shape = bytes(2, bytes(2, integer(1, 1)));
      const tensor = Buffer.concat([integer(1, DT_STRING), shape, text(8, value.text)]);
      return [bytes(8, tensor), bytes(9, bytes(1, text(1, 'text')))];
    }
  }
}

const RGBA = 4;

function doubles(values: readonly number[]): Uint8Array {
  const encoded = Buffer.alloc(8 * values.length);
  for (const [place, value] of values.entries()) encoded.writeDoubleLE(value, 8 * place);
  return encoded;
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
