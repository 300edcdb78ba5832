import { isRecord } from '../is-record.ts';

/** The parts of JSON Schema that settings are made of. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** The branch that the value's `kind` names; undefined where the schema has no branches or no branch has that kind. */
export function branchOf(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  if (!isRecord(value)) return undefined;
  return schema.oneOf?.find((branch) => branch.properties?.['kind']?.const === value['kind']);
}

/** The schema of settings as they are written: a setting with a default is not required, at any depth. */
export function toInputSchema(schema: object): JsonSchema {
  return relax(JSON.parse(JSON.stringify(schema)) as JsonSchema);
}

function relax(schema: JsonSchema): JsonSchema {
  const { properties, required, items, oneOf, anyOf } = schema;
  const stillRequired = required?.filter((name) => properties?.[name]?.default === undefined);
  const { required: _replaced, ...rest } = schema;
  return {
    ...rest,
    ...(stillRequired === undefined || stillRequired.length === 0 ? {} : { required: stillRequired }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, relax(property)])) }),
    ...(items === undefined ? {} : { items: relax(items) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(relax) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(relax) }),
  };
}
