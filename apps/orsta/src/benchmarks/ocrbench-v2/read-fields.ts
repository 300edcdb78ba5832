/** Fields of a response and of right answers, as OCRBench v2 reads them. */
import { parseJson } from '../python/json.ts';
import { literalEval } from '../python/literal.ts';
import { isDict, str, type PyDict, type PyValue } from '../python/value.ts';
import { strip } from '../text/python-text.ts';
import { textsOf } from './rules.ts';

const FENCE = /```(?:python|json)?\n(.*?)\n```/is;
const PAIR = /["']?([\p{L}\p{N}_\s]+)["']?\s*[:=]\s*["']?([^\n,"'{}]+)["']?/gu;

/** The fields of a response: JSON, a Python dict, or `key: value` pairs in the text; none where it is something else. */
export function readFields(response: string): Map<string, string> {
  const content = FENCE.exec(response)?.[1] ?? response.trim();
  const json = parseJson(content);
  const value = json === undefined ? literalEval(content) : json;
  if (value !== undefined) return isDict(value) ? fieldsOf(value) : new Map<string, string>();
  return new Map([...content.matchAll(PAIR)].map(([, key = '', own = '']) => [key.trim(), own.trim()]));
}

function fieldsOf({ entries }: PyDict): Map<string, string> {
  if (!entries.every(([key]) => typeof key === 'string')) return new Map<string, string>();
  return new Map(entries.map(([key, value]) => [str(key).trim(), str(value).trim()]));
}

/** All right readings of a dict whose values may be lists of alternatives. */
export function rightReadings(answer: PyValue): Map<string, string>[] {
  const value = typeof answer === 'string' ? dictIn(strip(answer, '"')) : answer;
  if (value === undefined || value === null || !isDict(value)) return [];
  let readings = [new Map<string, string>()];
  for (const [key, own] of value.entries)
    readings = readings.flatMap((before) => textsOf(own).map((text) => new Map([...before, [str(key), text]])));
  return readings;
}

function dictIn(text: string): PyValue | undefined {
  const json = parseJson(text);
  const value = json === undefined ? literalEval(text) : json;
  return typeof value === 'string' ? literalEval(value) : value;
}
