import { Ajv } from 'ajv';
import type { TSchema } from 'typebox';
import { describeSchemaError, type SchemaProblem } from './describe-schema-error.ts';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });

/** Compiles the schema of a record (a sample, an envelope) into a check that returns the first problem, or undefined. */
export function schemaCheck(schema: TSchema): (value: unknown) => SchemaProblem | undefined {
  const validate = ajv.compile(schema);
  return (value) => {
    if (validate(value)) return undefined;
    const first = validate.errors?.[0];
    return first === undefined ? { pointer: '', message: 'the record does not fit its schema' } : describeSchemaError(first, value);
  };
}
