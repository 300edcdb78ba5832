// JSON lines: one Sample a line, read as a stream and written so that a reader never sees half a file.
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeFileAtomically } from './atomic-file.ts';
import type { DataRecord } from './data-record.ts';
import { FormatError } from './errors.ts';
import { parseSample, toSampleJson } from './parse-sample.ts';
import { readLineBlocks } from './text-lines.ts';
import type { Sample } from './sample.ts';
import { trainerRow, type Trainer } from './trainer-rows.ts';

/** Characters that are written at a time. */
const PIECE_LENGTH = 2 ** 17;

/**
 * The samples of a JSON-lines file, a piece of the file in memory at a time; blank lines are skipped.
 * A sample without an id gets `<file name>:<line>`. Throws FormatError with file and line.
 */
export async function* readJsonl(path: string): AsyncGenerator<Sample> {
  for await (const { first, lines } of readLineBlocks(path)) {
    for (const [index, text] of lines.entries()) {
      if (!isBlank(text)) yield sampleOfLine(text, { path, line: first + index });
    }
  }
}

/** The lines of a JSON-lines file as records that are checked when asked. Throws FormatError where the file as a whole cannot be read. */
export async function* jsonlRecords(path: string): AsyncGenerator<DataRecord> {
  const size = await sizeOf(path);
  let read = 0;
  for await (const { first, lines } of readLineBlocks(path)) {
    for (const [index, text] of lines.entries()) {
      read += text.length + 1;
      if (isBlank(text)) continue;
      const line = first + index;
      const location = `${path}:${line}`;
      yield {
        location,
        sample: () => sampleOfLine(text, { path, line }),
        value: () => parseJsonLine(text, location),
        // Letters are not bytes, but most texts are nearly all ASCII.
        done: Math.min(1, read / size),
      };
    }
  }
}

function sampleOfLine(text: string, { path, line }: { path: string; line: number }): Sample {
  const location = `${path}:${line}`;
  return parseSample(parseJsonLine(text, location), { location, defaultId: `${basename(path)}:${line}` });
}

function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

/** At least 1, so that it can divide; a file that is not there is named when it is read. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 1 : Math.max(1, found.size);
}

/**
 * Writes samples as JSON lines and returns their number. The file appears at once, complete and synced (temporary file and
 * rename); on an error the old file is untouched. Throws FormatError for a value that is not a Sample.
 */
export async function writeJsonl(path: string, samples: Iterable<Sample> | AsyncIterable<Sample>): Promise<number> {
  return writeRecords(path, samples, toSampleJson);
}

/** Writes samples as JSON lines in the columns of a trainer (see `trainerRow`); otherwise like `writeJsonl`. */
export async function writeTrainerJsonl(
  path: string,
  samples: Iterable<Sample> | AsyncIterable<Sample>,
  { trainer }: { readonly trainer: Trainer },
): Promise<number> {
  return writeRecords(path, samples, (sample, index) => trainerRow(sample, trainer, index));
}

async function writeRecords(
  path: string,
  samples: Iterable<Sample> | AsyncIterable<Sample>,
  recordOf: (sample: Sample, index: number) => unknown,
): Promise<number> {
  let count = 0;
  await writeFileAtomically(path, async (temporary) => {
    const file = await open(temporary, 'w');
    let waiting = '';
    try {
      for await (const sample of samples) {
        const checked = parseSample(sample, { location: `sample ${count + 1} of ${path}` });
        waiting += `${JSON.stringify(recordOf(checked, count))}\n`;
        count += 1;
        if (waiting.length < PIECE_LENGTH) continue;
        await file.writeFile(waiting);
        waiting = '';
      }
      await file.writeFile(waiting);
    } finally {
      await file.close();
    }
  });
  return count;
}

/** The value of a line. Throws FormatError `invalid_json` that says what is likely wrong with the file as a whole. */
export function parseJsonLine(text: string, location: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const start = JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
    const message = `the line is not JSON (${(cause as Error).message}); it starts ${start}; ${adviceFor(text.trim())}`;
    throw new FormatError('invalid_json', message, { location, cause });
  }
}

function adviceFor(text: string): string {
  if (text.endsWith('},')) return 'take away the comma at the end: JSON lines have one object a line and nothing between them';
  if (text.startsWith('[') || text === '{')
    return 'the file is one JSON value over several lines; write one object a line, e.g. with `jq -c ".[]"`';
  return 'write one JSON object a line';
}
