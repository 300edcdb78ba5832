import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { describeSchemaError, type SchemaProblem } from './describe-schema-error.ts';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });

/**
 * Compiles the schema of a record (a sample, an envelope) into a check that returns the first problem, or undefined. Compiling takes 30 ms, so
 * that it waits for the first record.
 */
export function schemaCheck(schema: TSchema): (value: unknown) => SchemaProblem | undefined {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= ajv.compile(schema);
    if (validate(value)) return undefined;
    const first = validate.errors?.[0];
    return first === undefined ? { pointer: '', message: 'the record does not fit its schema' } : describeSchemaError(first, value);
  };
}
