/**
 * How MEGA-Bench finds a JSON or Python structure in a response: every balanced `{...}` and every `[...]` up to its last closing bracket, each tried as
 * JSON, as JSON with its quotes mended, and as a Python literal; the last one that can be read counts. The authors stop a search after 0.1 s, which long
 * responses with open braces reach; here the search takes time proportional to the text and finds what theirs would have found.
 */
import { dumpJson, parseJson } from '../python/json.ts';
import { literalEval } from '../python/literal.ts';
import { isDict, isListOrTuple, type PyValue } from '../python/value.ts';
import { codeBlock } from './code-block.ts';

const ANSWER_LINE = /^(?:\*\*Answer:|Answer:)\s*(.+)/m;
const STRING = /"(?:\\.|[^"\\])*"/g;
const DOUBLE = '__DOUBLE_QUOTE__';
const SINGLE = '__SINGLE_QUOTE__';
const OUTER_QUOTE = /(?<![\p{L}\p{N}_])'|'(?![\p{L}\p{N}_])/gu;
const EMPTY_LIST: PyValue = { type: 'list', items: [] };
const EMPTY_DICT: PyValue = { type: 'dict', entries: [] };

/** The last structure of a response; an empty list where it starts with `[` and has none, otherwise an empty dict. */
export function findJson(response: string): PyValue {
  const line = (ANSWER_LINE.exec(response)?.[1] ?? response).trim();
  const text = codeBlock(line, 'json').content;
  const found = candidates(text).flatMap(readings);
  return found.at(-1) ?? (text.startsWith('[') ? EMPTY_LIST : EMPTY_DICT);
}

/** The texts that may be a structure, from left to right and without overlap. */
function candidates(text: string): string[] {
  const closing = braces(text);
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = text[at] === '{' ? closing.get(at) : text[at] === '[' ? lastBracket(text, at, closing) : undefined;
    if (end === undefined) at += 1;
    else {
      found.push(text.slice(at, end + 1));
      at = end + 1;
    }
  }
  return found;
}

/** For each opening brace that has one, the place of its closing brace. */
function braces(text: string): Map<number, number> {
  const open: number[] = [];
  const closing = new Map<number, number>();
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') open.push(at);
    else if (text[at] === '}') {
      const start = open.pop();
      if (start !== undefined) closing.set(start, at);
    }
  }
  return closing;
}

/** The last `]` before a brace that is not balanced. */
function lastBracket(text: string, start: number, closing: ReadonlyMap<number, number>): number | undefined {
  let last: number | undefined;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '}') break;
    if (character === ']') last = at;
    if (character !== '{') continue;
    const end = closing.get(at);
    if (end === undefined) break;
    at = end;
  }
  return last;
}

/** What one candidate can be read as, the preferred reading last. */
function readings(candidate: string): PyValue[] {
  const text = unfoldStrings(candidate);
  // Candidates are structures, never None.
  const json = parseJson(text) ?? parseJson(text.replace(OUTER_QUOTE, '"'));
  const literal = literalEval(text) ?? literalEval(text.replaceAll('\\"', '\\\\"').replaceAll("\\'", "\\\\'"));
  return [json, literal].filter((value) => value !== undefined);
}

/** Texts that hold JSON themselves are replaced by what they hold. */
function unfoldStrings(candidate: string): string {
  let text = candidate.replaceAll('\\"', DOUBLE).replaceAll("\\'", SINGLE);
  for (const string of text.match(STRING) ?? []) {
    const inner = parseJson(string.slice(1, -1).replaceAll(DOUBLE, '"').replaceAll(SINGLE, "'"));
    if (inner !== undefined && (isDict(inner) || isListOrTuple(inner))) text = text.replaceAll(string, () => dumpJson(inner));
  }
  return text.replaceAll(DOUBLE, '\\"').replaceAll(SINGLE, "\\'");
}
