/**
 * JSON in a response: complete or cut off, in prose or code fences, with Python's quotes and literals. The work is bounded:
 * only the last `MAX_TEXT` characters are read and at most `MAX_STARTS` openings are tried.
 */
import { jsonrepair } from 'jsonrepair';

const MAX_TEXT = 100_000;
const MAX_STARTS = 32;

/** A JSON value found in a text; `complete` is false when the text ended before it did. */
export interface FoundJson {
  readonly value: unknown;
  readonly complete: boolean;
  /** Whether the text is this value and nothing else, but white space and one code fence. */
  readonly alone: boolean;
}

/** All arrays and objects at the top level of a text, in order. `strict` allows nothing but JSON. */
export function findJson(text: string, syntax: 'strict' | 'lenient' = 'lenient'): FoundJson[] {
  const tail = text.slice(-MAX_TEXT);
  const bare = withoutFence(tail);
  const whole = isBracketed(bare) ? parseStrict(bare) : undefined;
  if (whole !== undefined) return [{ value: whole, complete: true, alone: true }];
  return searchJson(tail, bare, syntax === 'strict' ? parseStrict : parseLenient);
}

// Most answers are JSON and nothing else, which the engine reads faster than any search finds its end.
function isBracketed(text: string): boolean {
  return (text.startsWith('[') && text.endsWith(']')) || (text.startsWith('{') && text.endsWith('}'));
}

function searchJson(tail: string, bare: string, parse: (text: string) => unknown): FoundJson[] {
  const found: FoundJson[] = [];
  let from = 0;
  for (let tries = 0; tries < MAX_STARTS; tries++) {
    const start = nextOpening(tail, from);
    if (start < 0) break;
    const region = regionAt(tail, start);
    const value = parse(regionText(tail, start, region));
    if (value === undefined) {
      from = start + 1;
      continue;
    }
    found.push({ value, complete: region.complete, alone: region.complete && bare === tail.slice(start, region.end) });
    from = region.end;
  }
  return found;
}

/**
 * Reads a text as one JSON value, with Python's quotes and literals, and with what models get wrong: line breaks in texts, comments, keys
 * without quotes, typographic quotes; `undefined` when it is none.
 */
export function parseLenient(text: string): unknown {
  return parseStrict(text) ?? parseStrict(pythonToJson(text)) ?? parseRepaired(text);
}

/** Longer texts are not repaired. */
const MAX_REPAIRED = 20_000;
/** How broken JSON begins: with a nested value, a text, a comment, or a key. A bracket in prose, such as "[see below]", does not. */
const REPAIRABLE = /^(?:[[{]\s*(?:[[{"'“‘]|\/[/*])|\{\s*[\w$]{1,64}\s*:)/;

function parseRepaired(text: string): unknown {
  if (text.length > MAX_REPAIRED || !REPAIRABLE.test(text)) return undefined;
  try {
    return parseStrict(jsonrepair(text));
  } catch {
    // What cannot be repaired is no JSON, as in `parseStrict`.
    return undefined;
  }
}

function parseStrict(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value ?? undefined;
  } catch {
    // Not being JSON is an answer here, not an error: the caller goes on to the next candidate.
    return undefined;
  }
}

function withoutFence(text: string): string {
  return (/^\s*```(?:json)?\s([^`]*)```\s*$/.exec(text)?.[1] ?? text).trim();
}

function nextOpening(text: string, from: number): number {
  for (let index = from; index < text.length; index++) if (text[index] === '[' || text[index] === '{') return index;
  return -1;
}

interface Region {
  /** One past the last character. */
  readonly end: number;
  readonly complete: boolean;
  /** One past the last complete item of a cut-off array, or the opening itself. */
  readonly lastItem: number;
}

// A cut-off array is closed after its last complete item; one without any is nothing.
function regionText(text: string, start: number, { complete, end, lastItem }: Region): string {
  if (complete) return text.slice(start, end);
  return lastItem === start ? '' : `${text.slice(start, lastItem)}]`;
}

function regionAt(text: string, start: number): Region {
  let depth = 0;
  let lastItem = start;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (character === '"' || (character === "'" && opensText(text, index))) index = skipString(text, index);
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') {
      depth--;
      if (depth === 1 && character === '}') lastItem = index + 1;
      if (depth === 0) return { end: index + 1, complete: true, lastItem };
    }
  }
  return { end: text.length, complete: false, lastItem };
}

/** What may come before a text and after it. Other single quotes are apostrophes: `'man's hat'`. */
const BEFORE = /[\s[{(:,]/;
const AFTER = /[\s\]}):,]/;

function opensText(text: string, index: number): boolean {
  return index === 0 || BEFORE.test(text.charAt(index - 1));
}

function closesText(text: string, start: number, index: number): boolean {
  return text[index] === text[start] && (text[index] === '"' || index + 1 === text.length || AFTER.test(text.charAt(index + 1)));
}

// Position of the closing quote, or the end of the text.
function skipString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (closesText(text, start, index)) return index;
  }
  return text.length;
}

const LITERALS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

function pythonToJson(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let index = 0; index < text.length; index++) {
    const quote = text[index];
    if (quote !== '"' && (quote !== "'" || !opensText(text, index))) continue;
    const end = skipString(text, index);
    parts.push(literalsToJson(text.slice(from, index)));
    const body = text.slice(index + 1, end);
    parts.push(quote === '"' ? `"${body}"` : JSON.stringify(body.replace(/\\(['"\\])/g, '$1')));
    index = end;
    from = end + 1;
  }
  parts.push(literalsToJson(text.slice(from)));
  return parts.join('');
}

function literalsToJson(text: string): string {
  return text
    .replace(/\b(?:True|False|None)\b/g, (literal) => LITERALS[literal] ?? literal)
    .replaceAll('(', '[')
    .replaceAll(')', ']')
    .replace(/,(\s{0,16}[\]}])/g, '$1');
}
