/**
 * Parses a body as JSON and says where it is not. V8's own messages give no position for many faults and repeat the text, so a
 * second scan looks for the place; it runs for broken bodies only, and checks syntax without building anything.
 */
import { ServiceError } from '../service-error.ts';

/**
 * The value of a JSON text.
 *
 * @throws ServiceError `invalid_body` with line, column and position (all of characters; lines and columns from 1).
 */
export function parseJsonBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ServiceError('invalid_body', describeFault(text), { cause });
  }
}

function describeFault(text: string): string {
  const at = faultAt(text);
  if (at === undefined) {
    return `The body is not JSON: it breaks somewhere after its first ${MAX_TOKENS} marks and values. Send one JSON value in UTF-8.`;
  }
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  const found = at < text.length ? `${JSON.stringify(text[at])} is not allowed there` : 'it ends too early';
  return `The body is not JSON: at line ${line}, column ${column} (position ${at}) ${found}. Send one JSON value in UTF-8.`;
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}' };
const PRIMITIVE = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = ' \t\n\r';

// Some tenths of a second, in which nobody else is answered.
const MAX_TOKENS = 1_000_000;

/**
 * The position of the first character that is not allowed where it is. The length of the text when something is missing at its end.
 * `undefined` when the fault is too far into the text to be looked for.
 */
function faultAt(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (let tokens = 0; tokens < MAX_TOKENS; tokens++) {
    while (at < text.length && SPACE.includes(text.charAt(at))) at += 1;
    const char = text.charAt(at);
    const inside = open.at(-1);
    if (expected === 'comma or end' && inside === undefined) return at;
    if (expected.endsWith('or end') && inside !== undefined && char === CLOSING[inside]) {
      open.pop();
      [expected, at] = ['comma or end', at + 1];
    } else if (expected === 'comma or end') {
      if (char !== ',') return at;
      [expected, at] = [inside === '{' ? 'key' : 'value', at + 1];
    } else if (expected === 'colon') {
      if (char !== ':') return at;
      [expected, at] = ['value', at + 1];
    } else if (char === '"') {
      const end = stringEnd(text, at);
      if (!end.whole) return end.at;
      [expected, at] = [expected.startsWith('key') ? 'colon' : 'comma or end', end.at];
    } else if (expected.startsWith('key')) {
      return at;
    } else if (char === '{' || char === '[') {
      open.push(char);
      [expected, at] = [char === '{' ? 'key or end' : 'value or end', at + 1];
    } else {
      PRIMITIVE.lastIndex = at;
      const [primitive] = PRIMITIVE.exec(text) ?? [''];
      if (primitive === '') return at;
      [expected, at] = ['comma or end', at + primitive.length];
    }
  }
  return undefined;
}

function stringEnd(text: string, start: number): { at: number; whole: boolean } {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return { at: at + 1, whole: true };
    if (char < ' ') return { at, whole: false };
    if (char !== '\\') continue;
    const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))?.[0];
    if (escape === undefined) return { at: at + 1, whole: false };
    at += escape.length;
  }
  return { at: text.length, whole: false };
}
