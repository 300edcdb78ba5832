/**
 * Stored responses by question. A file is JSON lines, a JSON list, TSV or Parquet with an id and a response in each row, or a JSON object of responses by
 * id; a folder has several. Several rows of one id are several attempts.
 */
import { OrstaError } from '../errors.ts';
import type { Benchmark } from './contract.ts';
import { isRecord } from '../is-record.ts';
import { filesOf, placeOf, readJsonFile, readRows, shown, type Row } from './read-rows.ts';

const ID_FIELDS = ['id', 'question_id', 'pid', 'index', 'sample'];
const RESPONSE_FIELDS = ['response', 'prediction', 'predict', 'output'];

/** Attempts by id, in the order of the file. */
export type Responses = ReadonlyMap<string, readonly string[]>;

/** Names an attempt at a question. */
export function replyKey(id: string, attempt: number): string {
  return `${id}#${String(attempt)}`;
}

/** Reads them. Throws `invalid_data` where a row has no id or no response. */
export async function readPredictions(path: string, benchmark: Pick<Benchmark, 'responses' | 'ignore'>): Promise<Responses> {
  const found = new Map<string, string[]>();
  const add = (id: string, response: string): void => void (found.get(id)?.push(response) ?? found.set(id, [response]));
  if (benchmark.responses !== undefined) for await (const [id, response] of benchmark.responses(path)) add(id, response);
  else for await (const [id, response] of plainResponses(path, benchmark.ignore)) add(id, response);
  if (found.size === 0) throw new OrstaError('invalid_data', `${path} has no responses.`);
  return found;
}

/** Responses of files in no layout of their own. */
export async function* plainResponses(path: string, ignore?: RegExp): AsyncGenerator<[id: string, response: string]> {
  for (const file of await filesOf(path, ignore)) {
    const map = file.endsWith('.json') ? await readJsonFile(file) : undefined;
    if (isRecord(map) && !Object.values(map).some(isRecord)) yield* ofMap(map, file);
    else for await (const row of readRows(file)) yield [idOf(row), responseOf(row)];
  }
}

function* ofMap(map: Record<string, unknown>, file: string): Generator<[string, string]> {
  for (const [id, value] of Object.entries(map))
    for (const response of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof response !== 'string' && typeof response !== 'number')
        throw new OrstaError('invalid_data', `${file}: the response to ${id} is ${shown(response)}; a text is needed.`);
      yield [id, String(response)];
    }
}

function idOf(row: Row): string {
  if (row.key !== undefined) return row.key;
  const name = ID_FIELDS.find((field) => row.values[field] !== undefined);
  if (name !== undefined) return String(row.values[name]);
  throw new OrstaError('invalid_data', `${placeOf(row)} has no id. Name it by one of ${ID_FIELDS.join(', ')}.`);
}

function responseOf(row: Row): string {
  const name = RESPONSE_FIELDS.find((field) => row.values[field] !== undefined && row.values[field] !== null);
  const value = name === undefined ? undefined : row.values[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (name !== undefined) throw new OrstaError('invalid_data', `${placeOf(row)}: ${name} is ${shown(value)}; a text is needed.`);
  throw new OrstaError('invalid_data', `${placeOf(row)} has no response. Name it by one of ${RESPONSE_FIELDS.join(', ')}.`);
}
