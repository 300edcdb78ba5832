import { describe, expect, it } from 'vitest';
import { parseJsonBody } from './json-body.ts';

function messageOf(text: string): string {
  try {
    parseJsonBody(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

describe('parseJsonBody', () => {
  it('gives the value', () => {
    expect(parseJsonBody(' {"a":[1,"\\u00e9",null]} ')).toEqual({ a: [1, 'é', null] });
  });

  it.each([
    ['', 1, 1, 0, 'it ends too early'],
    ['{"requests": [', 1, 15, 14, 'it ends too early'],
    ['{"a": 1,}', 1, 9, 8, '"}" is not allowed'],
    ['{"a": 1\n "b": 2}', 2, 2, 9, '"\\"" is not allowed'],
    ['[1, 2] x', 1, 8, 7, '"x" is not allowed'],
    ["{'a': 1}", 1, 2, 1, `"'" is not allowed`],
    ['{"a": NaN}', 1, 7, 6, '"N" is not allowed'],
    ['{"a": 01}', 1, 8, 7, '"1" is not allowed'],
    ['["a\nb"]', 1, 4, 3, '"\\n" is not allowed'],
    ['["\\x"]', 1, 4, 3, '"x" is not allowed'],
    ['[1 2]', 1, 4, 3, '"2" is not allowed'],
    ['[,]', 1, 2, 1, '"," is not allowed'],
    ['{"a"}', 1, 5, 4, '"}" is not allowed'],
    ['[1}', 1, 3, 2, '"}" is not allowed'],
    ['"open', 1, 6, 5, 'it ends too early'],
    ['tru', 1, 1, 0, '"t" is not allowed'],
  ])('says where %j breaks', (text, line, column, position, what) => {
    const message = messageOf(text);
    expect(message).toContain(`line ${line}, column ${column} (position ${position})`);
    expect(message).toContain(what);
  });

  it('finds a fault in every text that JSON.parse refuses', () => {
    const whole = '{"a": [1.5e3, "x\\n", {"b": null, "c": [true, false]}], "d": {}}';
    for (let at = 0; at < whole.length; at += 1) {
      for (const put of ['', ',', '}', '"', 'x', '\\']) {
        const text = whole.slice(0, at) + put + whole.slice(at + 1);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const message = messageOf(text);
        expect(message === 'no error', text).toBe(valid);
        const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
        expect(position, text).toBeLessThanOrEqual(text.length);
      }
    }
  });

  it('looks through a long broken body in time', () => {
    const text = `["${'a'.repeat(5_000_000)}" x]`;
    expect(messageOf(text)).toContain('position 5000004');
  });

  it('does not look for ever in one of very many brackets', () => {
    expect(messageOf('['.repeat(2_000_000))).toMatch(/not JSON.*after its first 1000000/);
  });
});
