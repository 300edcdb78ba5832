import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { applyOverrides, parseOverride } from './override.ts';

describe('parseOverride', () => {
  it.each([
    ['a=1', ['a'], 1],
    ['trainer.learningRate=1e-4', ['trainer', 'learningRate'], 0.0001],
    ['a.b=[1,2]', ['a', 'b'], [1, 2]],
    ['a.b={c: true}', ['a', 'b'], { c: true }],
    ['a.0.path=x=y', ['a', '0', 'path'], 'x=y'],
    ['a=', ['a'], null],
    ['a="1"', ['a'], '1'],
  ])('reads %s', (text, path, value) => {
    expect(parseOverride(text)).toEqual({ path, value, text });
  });

  it.each(['novalue', '=1', '1a=2', 'a..b=1'])('refuses %s', (text) => {
    expect(() => parseOverride(text)).toThrow(/is not an override/);
  });
});

describe('applyOverrides', () => {
  it('makes groups that are absent and reaches into lists', () => {
    const document = parseDocument('files: [{ path: a }, { path: b }]\n');
    applyOverrides(document, ['files.1.path=c', 'new.deep.setting=5'].map(parseOverride));
    expect(document.toJS()).toEqual({ files: [{ path: 'a' }, { path: 'c' }], new: { deep: { setting: 5 } } });
  });
});
