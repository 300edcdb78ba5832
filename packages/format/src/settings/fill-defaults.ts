import { isRecord } from '../is-record.ts';
import { branchOf, type JsonSchema } from './json-schema.ts';

/** A copy of the value in which every absent setting that has a default holds it: in nested groups, lists and branches told apart by `kind`. */
export function fillDefaults(schema: JsonSchema, value: unknown): unknown {
  const given = value === undefined && schema.default !== undefined ? structuredClone(schema.default) : value;
  const chosen = branchOf(schema, given) ?? schema;
  if (Array.isArray(given) && chosen.items !== undefined) {
    const { items } = chosen;
    return given.map((item: unknown) => fillDefaults(items, item));
  }
  if (!isRecord(given) || chosen.properties === undefined) return given;
  const filled: Record<string, unknown> = { ...given };
  for (const [name, property] of Object.entries(chosen.properties)) {
    const setting = fillDefaults(property, filled[name]);
    if (setting !== undefined) filled[name] = setting;
    else delete filled[name];
  }
  return filled;
}
