import { Ajv } from 'ajv';
import type { TSchema } from 'typebox';

/** A check that says what is wrong first, or undefined. */
export function isMatchOf(schema: TSchema): (value: unknown) => string | undefined {
  const validate = new Ajv({ strict: true }).compile(schema);
  return (value) => {
    if (validate(value)) return undefined;
    const [first] = validate.errors ?? [];
    return first === undefined
      ? 'it does not fit its schema'
      : `${first.instancePath === '' ? 'it' : first.instancePath} ${first.message ?? 'is wrong'}`;
  };
}
