import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { isMap, LineCounter, parseDocument, type Document } from 'yaml';
import { OrstaError } from '../errors.ts';

/** A YAML file with what is needed to point at a line of it. */
export interface Source {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** The settings as plain values. */
  readonly value: unknown;
}

/** Reads a file of settings. Throws `invalid_recipe` that names the file and, where there is one, the line. */
export async function readSource(path: string): Promise<Source> {
  const text = await readText(path);
  const lines = new LineCounter();
  const document = yamlOf(path, () => parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new OrstaError('invalid_recipe', `${path}:${String(line)}:${String(col)} is not YAML: ${error.message}. Correct the line.`);
  }
  if (document.contents !== null && !isMap(document.contents))
    throw new OrstaError('invalid_recipe', `${path}:1:1 must hold settings of the form "name: value". Correct the file.`);
  // Aliases are expanded here, and the library refuses a file whose few lines would become gigabytes.
  return { path, document, lines, value: yamlOf(path, (): unknown => document.toJS()) };
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError('invalid_recipe', `${path} cannot be read (${reason}). Give the path of a YAML file.`, { cause });
  });
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new OrstaError('invalid_recipe', `${path}:${String(lineOfBadByte(bytes))} is not UTF-8. Save the file as UTF-8.`);
}

/** The first line with bytes that are not UTF-8; a newline is never part of a longer sequence, so lines can be looked at alone. */
function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return line;
}

function yamlOf<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OrstaError(
      'invalid_recipe',
      `${path} cannot be read as YAML: ${reason}. Write the settings out with fewer levels or aliases.`,
      {
        cause,
      },
    );
  }
}
