import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { describeSchemaError } from './describe-schema-error.ts';

const Thing = Type.Object({
  name: Type.String({ minLength: 1 }),
  'odd/key': Type.Optional(Type.Number({ maximum: 3 })),
  kind: Type.Optional(Type.Enum(['a', 'b'])),
  list: Type.Optional(Type.Array(Type.Number(), { minItems: 2 })),
  text: Type.Optional(Type.String({ pattern: '^x' })),
});
const validate = new Ajv().compile(Thing);

function describeFault(value: unknown): string {
  validate(value);
  const [error] = validate.errors ?? [];
  return error === undefined ? 'no fault' : describeSchemaError(error, value).message;
}

describe('describeSchemaError', () => {
  it.each([
    [{}, '/name is missing (keys there: none); it is required; add it'],
    [{ nmae: 'x' }, '/name is missing (keys there: nmae); it is required; is "nmae" meant to be "name"?'],
    [{ other: 'x' }, '/name is missing (keys there: other); it is required; add it'],
    [{ names: 'x' }, '/name is missing (keys there: names); it is required; is "names" meant to be "name"?'],
    [{ name: '' }, '/name is ""; allowed: a text that is not empty; correct the value or leave an optional field out'],
    [{ name: 1 }, '/name is 1; allowed: a value of type string; correct the value or leave an optional field out'],
    [{ name: 'x', 'odd/key': 4 }, '/odd~1key is 4; allowed: a number <= 3; correct the value or leave an optional field out'],
    [{ name: 'x', kind: 'c' }, '/kind is "c"; allowed: "a", "b"; correct the value or leave an optional field out'],
    [{ name: 'x', list: [1] }, '/list is [1]; allowed: a list of at least 2; correct the value or leave an optional field out'],
    [{ name: 'x', text: 'y' }, '/text is "y"; allowed: must match pattern "^x"; correct the value or leave an optional field out'],
    [7, 'the record is 7; allowed: a value of type object; correct the value or leave an optional field out'],
  ])('puts the fault of %j into words', (value, message) => {
    expect(describeFault(value)).toBe(message);
  });
});
