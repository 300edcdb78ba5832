import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { ORSTA_COLUMNS, schemaElements, widen, type ColumnType } from './parquet-schema.ts';

const UNKNOWN: ColumnType = { kind: 'unknown' };
function widenAll(...values: unknown[]): ColumnType {
  return values.reduce<ColumnType>((type, value) => widen(type, value, '/x'), UNKNOWN);
}

describe('widen', () => {
  it.each([
    [[1, 2], 'integer'],
    [[1, 2.5], 'double'],
    [[null, 'a'], 'string'],
    [[-0], 'double'],
    [[2 ** 60], 'double'],
    [[true, undefined], 'boolean'],
    [[new Uint8Array(1)], 'bytes'],
  ])('%j needs %s', (values, kind) => {
    expect(widenAll(...values)).toEqual({ kind });
  });

  it('unites the fields of objects and the items of lists', () => {
    expect(widenAll({ a: 1 }, { b: [[]] }, { b: [['x']], a: 0.5 })).toEqual({
      kind: 'struct',
      fields: new Map<string, ColumnType>([
        ['a', { kind: 'double' }],
        ['b', { kind: 'list', item: { kind: 'list', item: { kind: 'string' } } }],
      ]),
    });
  });

  it('keeps the float32 columns of Orsta-Data-47k', () => {
    const widened = widen(ORSTA_COLUMNS, exampleSample());
    const model = widened.kind === 'struct' ? widened.fields.get('reward_model') : undefined;
    expect(model?.kind === 'struct' ? model.fields.get('format_ratio') : undefined).toEqual({ kind: 'float' });
  });

  it('types weights as fractions even where all are whole', () => {
    const widened = widen(ORSTA_COLUMNS, { reward_model: { rewards: [{ verifier: 'a', weight: 1 }] } });
    const text = JSON.stringify(
      widened.kind === 'struct' ? schemaElements('reward_model', widened.fields.get('reward_model') ?? UNKNOWN) : [],
    );
    expect(text).toContain('{"name":"weight","repetition_type":"OPTIONAL","type":"DOUBLE"}');
  });

  it.each([
    [[1, 'a'], /\/x is a string here and a integer/],
    [['a', ['a']], /\/x is a list here and a string/],
    [[{ a: 1 }, { a: { b: 1 } }], /\/x\/a is a struct here and a integer/],
    [[[1, true]], /\/x\/1 is a boolean here/],
    [[() => 1], /\/x is a function/],
  ])('refuses %j with the pointer', (values, message) => {
    expect(() => widenAll(...values)).toThrow(message);
  });
});

describe('schemaElements', () => {
  it('leaves out what has no type, and counts the children that remain', () => {
    expect(schemaElements('x', UNKNOWN)).toBeUndefined();
    expect(schemaElements('x', widenAll({ a: {}, b: 1 }))).toMatchObject([
      { name: 'x', num_children: 1 },
      { name: 'b', type: 'INT64' },
    ]);
    expect(schemaElements('x', widenAll([]))).toMatchObject([
      { converted_type: 'LIST' },
      { name: 'list' },
      { name: 'element', converted_type: 'UTF8' },
    ]);
  });
});
