// Scalars of a TensorBoard event file: a TFRecord a event, each a protobuf message `Event` (see `sinks/tensorboard-event.ts` for the other
// direction). Both forms of scalars are read, `simple_value` and a tensor of one float. Left out: everything that is no scalar.
import { MonitorError } from '../errors.ts';
import { maskedCrc32c } from '../sinks/crc32c.ts';
import { createCollector, type Imported, type ImportOptions } from './imported.ts';

/**
 * Reads the scalars of one event file; their tags become names. An event with a wrong checksum ends the reading and is counted as damaged, since
 * nothing after it can be found. Throws MonitorError `corrupt_file` where the file does not begin with a whole event.
 */
export function importTensorboard(file: Uint8Array, options: ImportOptions & { readonly split?: string }): Imported {
  const collector = createCollector(options);
  const { split = 'train' } = options;
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let offset = 0;
  while (offset < view.length) {
    const event = eventAt(view, offset);
    if (event === undefined) {
      if (offset === 0)
        throw new MonitorError('corrupt_file', 'this is no TensorBoard event file: its first event is cut off or its checksum is wrong');
      collector.addDamaged();
      break;
    }
    offset += event.length + FRAME;
    let step = 0;
    let time: number | undefined;
    for (const { field, number, bytes } of fieldsOf(event)) {
      if (field === 1) time = number;
      if (field === 2 && number !== undefined) step = number;
      const scalars = field === 5 && bytes !== undefined ? scalarsOf(bytes) : [];
      if (scalars.length > 0) collector.addTime(step, time);
      for (const { tag, value } of scalars) collector.add(step, { name: tag, split }, value);
    }
  }
  return collector.result();
}

const FRAME = 16;

function eventAt(file: Buffer, offset: number): Buffer | undefined {
  if (offset + FRAME > file.length) return undefined;
  const header = file.subarray(offset, offset + 8);
  const length = Number(header.readBigUInt64LE());
  if (file.readUInt32LE(offset + 8) !== maskedCrc32c(header) || offset + FRAME + length > file.length) return undefined;
  const data = file.subarray(offset + 12, offset + 12 + length);
  return file.readUInt32LE(offset + 12 + length) === maskedCrc32c(data) ? data : undefined;
}

function scalarsOf(summary: Buffer): { tag: string; value: unknown }[] {
  return [...fieldsOf(summary)].flatMap(({ field, bytes }) => {
    if (field !== 1 || bytes === undefined) return [];
    const parts = [...fieldsOf(bytes)];
    const tag = parts.find((part) => part.field === 1)?.bytes?.toString('utf8');
    const simple = parts.find((part) => part.field === 2)?.number;
    const tensor = parts.find((part) => part.field === 8)?.bytes;
    const value = simple ?? (tensor === undefined ? undefined : floatOf(tensor));
    return tag === undefined || tag === '' || value === undefined ? [] : [{ tag, value }];
  });
}

const DT_FLOAT = 1;

/** The number of a tensor that holds one float, as raw bytes or as a list. */
function floatOf(tensor: Buffer): number | undefined {
  const parts = [...fieldsOf(tensor)];
  if (parts.find(({ field }) => field === 1)?.number !== DT_FLOAT) return undefined;
  const raw = parts.find(({ field }) => field === 4)?.bytes ?? parts.find(({ field }) => field === 5)?.bytes;
  return raw?.length === 4 ? raw.readFloatLE() : parts.find(({ field }) => field === 5)?.number;
}

interface Field {
  readonly field: number;
  readonly number?: number;
  readonly bytes?: Buffer;
}

/** The fields of a protobuf message. */
function* fieldsOf(message: Buffer): Generator<Field> {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[offset++];
      if (byte === undefined)
        throw new MonitorError('corrupt_file', 'an event ends within a number; the file was not written by TensorBoard');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (offset < message.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { field, number: varint() };
        break;
      case 1:
        yield { field, number: message.readDoubleLE(offset) };
        offset += 8;
        break;
      case 2: {
        const length = varint();
        yield { field, bytes: message.subarray(offset, offset + length) };
        offset += length;
        break;
      }
      case 5:
        yield { field, number: message.readFloatLE(offset) };
        offset += 4;
        break;
      default:
        throw new MonitorError(
          'corrupt_file',
          `an event has a field of the unknown type ${key % 8}; the file was not written by TensorBoard`,
        );
    }
  }
}
