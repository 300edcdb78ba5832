// The file `run-<id>.wandb` of a run that W&B keeps offline: records (wandb_internal.proto) in the frames of a LevelDB log. A block has 32 KiB; a
// record that does not fit is continued in the next one. Only the records that carry metrics are here; media, code and console output are not.
import { crc32 } from 'node:zlib';
import { bytes, integer, text } from './protobuf.ts';

/** What a W&B run is called. */
export interface WandbRun {
  readonly id: string;
  readonly project: string;
  readonly entity?: string | undefined;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly startTime: number;
}

/** A record of the log. */
export type WandbRecord =
  | { readonly kind: 'header' }
  | { readonly kind: 'run'; readonly run: WandbRun }
  | { readonly kind: 'history'; readonly step: number; readonly values: ReadonlyMap<string, number> }
  | { readonly kind: 'summary'; readonly values: ReadonlyMap<string, number> }
  | { readonly kind: 'exit'; readonly runtime: number };

/** The log of one run. */
export interface WandbLog {
  /** Writes records in one piece; where that fails, as if they had not been given. */
  append(records: readonly WandbRecord[]): void;
}

const BLOCK = 32 * 1024;
const FRAME_HEADER = 7;
const FILE_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0]); // ":W&B", a magic number, version 0

/** A log from its beginning. `write` takes all bytes or, where it throws, none. */
export function createWandbLog(write: (bytes: Uint8Array) => void): WandbLog {
  let written = { bytes: 0, records: 0 };
  return {
    append(records) {
      const parts: Uint8Array[] = written.bytes === 0 ? [FILE_HEADER] : [];
      let { bytes: offset, records: number } = written;
      if (offset === 0) offset = FILE_HEADER.length;
      for (const record of records) {
        number += 1;
        const framed = frame(Buffer.concat([integer(1, number), body(record)]), offset);
        offset += framed.length;
        parts.push(framed);
      }
      write(Buffer.concat(parts));
      written = { bytes: offset, records: number };
    },
  };
}

const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

function frame(data: Uint8Array, offset: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let place = offset;
  let start = 0;
  do {
    const room = BLOCK - (place % BLOCK);
    if (room < FRAME_HEADER) {
      parts.push(new Uint8Array(room));
      place += room;
      continue;
    }
    const part = data.subarray(start, start + room - FRAME_HEADER);
    const isLast = start + part.length === data.length;
    parts.push(chunk(part, start === 0 ? (isLast ? FULL : FIRST) : isLast ? LAST : MIDDLE));
    start += part.length;
    place += part.length + FRAME_HEADER;
    // A record is never empty: it has its number.
  } while (start < data.length);
  return Buffer.concat(parts);
}

function chunk(part: Uint8Array, type: number | undefined): Uint8Array {
  const header = Buffer.alloc(FRAME_HEADER);
  header.writeUInt16LE(part.length, 4);
  header.writeUInt8(Number(type), 6);
  header.writeUInt32LE(crc32(part, crc32(header.subarray(6))), 0);
  return Buffer.concat([header, part]);
}

/** The oldest readers that know every field written here. */
const MIN_CONSUMER = '0.13.0';

function body(record: WandbRecord): Uint8Array {
  switch (record.kind) {
    case 'header':
      return bytes(21, bytes(1, Buffer.concat([text(1, '@vtriune/monitor'), text(2, MIN_CONSUMER)])));
    case 'run':
      return bytes(17, runFields(record.run));
    case 'history':
      return bytes(2, Buffer.concat([...items(record.values), bytes(2, unlessZero(1, record.step))]));
    case 'summary':
      return bytes(3, Buffer.concat(items(record.values)));
    case 'exit':
      return bytes(18, unlessZero(2, Math.round(record.runtime)));
  }
}

function runFields({ id, project, entity, name, config, startTime }: WandbRun): Uint8Array {
  const updates = Object.entries(config).map(([key, value]) => bytes(1, Buffer.concat([text(1, key), text(16, JSON.stringify(value))])));
  const seconds = Math.floor(startTime);
  return Buffer.concat([
    text(1, id),
    ...(entity === undefined ? [] : [text(2, entity)]),
    text(3, project),
    bytes(4, Buffer.concat(updates)),
    text(8, name),
    bytes(17, Buffer.concat([integer(1, seconds), unlessZero(2, Math.round((startTime - seconds) * 1e9))])),
  ]);
}

/** Each key as one nested key, so that a dot in it does not split it. */
function items(values: ReadonlyMap<string, number>): Uint8Array[] {
  return [...values].map(([key, value]) => bytes(1, Buffer.concat([text(2, key), text(16, JSON.stringify(value))])));
}

/** As protobuf writes it: a number that is 0 is left out, which the exit code is too. */
function unlessZero(field: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array() : integer(field, value);
}
