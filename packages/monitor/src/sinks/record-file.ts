// What resuming a run asks of a file of records, one JSON object a line: the torn last line of a killed writer is cut off, and the records of
// later steps are dropped. Writing such files is `jsonl-sink.ts`; files are read in pieces, as they may not fit into memory.
import { closeSync, existsSync, fsyncSync, ftruncateSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';
import { MonitorError } from '../errors.ts';
import { writeWhole } from './write-whole.ts';

const NEWLINE = 0x0a;
const CHUNK = 1 << 16;

/** Cuts what follows the last newline of a file: the rest of a line whose writer was killed. An absent file is left absent. */
export function cutTornLine(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    const end = endOfLastLine(file, size);
    if (end < size) ftruncateSync(file, end);
  } finally {
    closeSync(file);
  }
}

/** Rewrites a file of records without those of steps after `step`; the file is replaced at once. Throws MonitorError `corrupt_file`. */
export function dropStepsAfter(path: string, step: number): void {
  if (!existsSync(path)) return;
  cutTornLine(path);
  const temporary = `${path}.${process.pid}.tmp`;
  const target = openSync(temporary, 'w');
  try {
    for (const line of linesOf(path)) if (stepOf(line, path) <= step) writeWhole(target, Buffer.from(`${line}\n`, 'utf8'));
    fsyncSync(target);
  } finally {
    closeSync(target);
  }
  renameSync(temporary, path);
}

// The lines of a file without their newlines, a chunk in memory at a time.
function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(CHUNK);
  let parts: Buffer[] = [];
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < read; end = chunk.indexOf(NEWLINE, start)) {
        yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
        parts = [];
        start = end + 1;
      }
      parts.push(Buffer.from(chunk.subarray(start, read)));
    }
  } finally {
    closeSync(file);
  }
}

function endOfLastLine(file: number, size: number): number {
  const chunk = Buffer.alloc(CHUNK);
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    readSync(file, chunk, 0, end - start, start);
    const newline = chunk.subarray(0, end - start).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
  }
  return 0;
}

function stepOf(line: string, path: string): number {
  try {
    const { step } = JSON.parse(line) as { step?: unknown };
    if (typeof step === 'number') return step;
  } catch (cause) {
    throw corrupt(line, path, cause);
  }
  throw corrupt(line, path);
}

function corrupt(line: string, path: string, cause?: unknown): MonitorError {
  return new MonitorError(
    'corrupt_file',
    `${path} holds a line that is no record: ${line.slice(0, 60)}; remove the line or restore the file`,
    cause,
  );
}
