import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJson, parseLenient } from './json.ts';

describe('parseLenient', () => {
  it.each([
    ['{"a": [1, null]}', { a: [1, null] }],
    ["{'a': True, 'b': None, 'c': (1, 2),}", { a: true, b: null, c: [1, 2] }],
    ["['it\\'s \"x\"']", ['it\'s "x"']],
    ['{"True": "None, (x)"}', { True: 'None, (x)' }],
  ])('reads %s', (text, value) => {
    expect(parseLenient(text)).toEqual(value);
  });

  it.each(['', 'null', '{', '[a 1]', '[1 2]'])('does not read %s', (text) => {
    expect(parseLenient(text)).toBeUndefined();
  });
});

describe('findJson', () => {
  it('finds every value at the top level, in prose and fences', () => {
    expect(findJson('a [1] b {"c": [2]} [not json] d').map(({ value }) => value)).toEqual([[1], { c: [2] }]);
    expect(findJson('```json\n{"a": "]"}\n```')).toEqual([{ value: { a: ']' }, complete: true, alone: true }]);
    expect(findJson('It is {"a": 1}.')).toMatchObject([{ alone: false }]);
  });

  it('keeps the whole items of a list that was cut off, and nothing where there is none', () => {
    expect(findJson('[{"a": 1}, {"a": 2}, {"a"')).toEqual([{ value: [{ a: 1 }, { a: 2 }], complete: false, alone: false }]);
    expect(findJson('[{"a": 1')).toEqual([]);
  });

  it('finds the same in a text that is one value as in a text that goes on', () => {
    const label = fc.constantFrom('cat', "it's", 'a "b"', 'x]y', '}{', 'c:\\', '');
    const value = fc.array(fc.record({ bbox_2d: fc.array(fc.integer(), { maxLength: 4 }), label }), { maxLength: 4 });
    const space = fc.constantFrom('', ' ', '\n', '\u00a0');
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), space, space, (items, indent, before, after) => {
        const text = `${before}${JSON.stringify(items, null, indent)}${after}`;
        expect(findJson(text)).toEqual([{ value: items, complete: true, alone: true }]);
        expect(findJson(`${text}.`)).toEqual([{ value: items, complete: true, alone: false }]);
      }),
    );
  });

  it('bounds its work on hostile texts', () => {
    for (const piece of ['[', '{"', '["', "['", '[]', '{"a":', '[[],']) expect(() => findJson(piece.repeat(200_000))).not.toThrow();
  });
});
