/**
 * `responses.jsonl`: every answer as it came, a line each. A process that is killed has lost what was under way and nothing else; the next one reads the
 * lines and asks for the rest. The last line may be torn by the kill, and is cut off.
 */
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { OrstaError } from '../../errors.ts';
import { isRecord } from '../../is-record.ts';
import type { TurnRecords } from '../../run/turn-records.ts';

/** One line; with tools it has the turns too, images relative to the log. */
export interface LoggedAnswer extends TurnRecords {
  readonly id: string;
  readonly attempt: number;
  readonly response: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

/** The log of a run. */
export interface ResponseLog {
  readonly answers: readonly LoggedAnswer[];
  has(id: string, attempt: number): boolean;
  /** Writes the lines whole; on disk when it returns. */
  append(answers: readonly LoggedAnswer[]): Promise<void>;
}

/** Reads the log, or starts one. Throws `invalid_run` for a line that is no answer. */
export async function openResponseLog(path: string): Promise<ResponseLog> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isRecord(error) || error instanceof Error) if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const answers = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => parseLine(line, `${path}:${String(index + 1)}`));
  const known = new Set(answers.map(({ id, attempt }) => keyOf(id, attempt)));
  return {
    answers,
    has: (id, attempt) => known.has(keyOf(id, attempt)),
    append: async (added) => {
      const fresh = added.filter(({ id, attempt }) => !known.has(keyOf(id, attempt)));
      for (const { id, attempt } of fresh) known.add(keyOf(id, attempt));
      answers.push(...fresh);
      await appendFile(path, fresh.map((answer) => `${JSON.stringify(answer)}\n`).join(''), { flush: true });
    },
  };
}

function keyOf(id: string, attempt: number): string {
  return `${String(attempt)} ${id}`;
}

function parseLine(line: string, place: string): LoggedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new OrstaError('invalid_run', `${place} is no JSON. Delete the line; its question is asked again.`, { cause });
  }
  if (isRecord(value) && typeof value['id'] === 'string' && Number.isInteger(value['attempt']) && typeof value['response'] === 'string')
    return value as unknown as LoggedAnswer;
  throw new OrstaError('invalid_run', `${place} is no answer with id, attempt and response. Delete the line; its question is asked again.`);
}
