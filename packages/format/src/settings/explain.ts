import type { JsonSchema } from './json-schema.ts';

/** One setting as `--help` and the tables of READMEs show it. */
export interface SettingExplanation {
  /** Path as it is written on a command line: `trainer.learningRate`. */
  readonly path: string;
  /** Type and range in words: `integer >= 1`, `one of constant, cosine`, `list of string`. */
  readonly type: string;
  /** The default as JSON, `required`, or `none` for a setting that may be absent. */
  readonly default: string;
  readonly description: string;
}

/** One row for each setting. A group has no row of its own, only its settings; a choice has the settings of each kind. */
export function explainSettings(schema: JsonSchema): SettingExplanation[] {
  return explainGroup(schema, '');
}

function explainGroup(schema: JsonSchema, prefix: string): SettingExplanation[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    if (property.oneOf !== undefined) return explainChoice(property, path, isRequired(schema, name));
    if (property.properties !== undefined) return explainGroup(property, `${path}.`);
    return [explainOne(property, path, isRequired(schema, name))];
  });
}

function explainChoice(schema: JsonSchema, path: string, required: boolean): SettingExplanation[] {
  const branches = schema.oneOf ?? [];
  const kinds = branches.map((branch) => String(branch.properties?.['kind']?.const));
  const kindDefault = (schema.default as { kind?: unknown } | undefined)?.kind;
  const choice = { type: `one of ${kinds.join(', ')}`, default: shownDefault(kindDefault, required), description: textOf(schema) };
  const seen = new Set([`${path}.kind`]);
  const rows = branches.flatMap((branch) => explainGroup(branch, `${path}.`)).filter((row) => !seen.has(row.path) && seen.add(row.path));
  return [{ path: `${path}.kind`, ...choice }, ...rows];
}

function explainOne(schema: JsonSchema, path: string, required: boolean): SettingExplanation {
  return { path, type: typeOf(schema), default: shownDefault(schema.default, required), description: textOf(schema) };
}

function isRequired(schema: JsonSchema, name: string): boolean {
  return schema.required?.includes(name) ?? false;
}

function shownDefault(value: unknown, required: boolean): string {
  if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value);
  return required ? 'required' : 'none';
}

function textOf(schema: JsonSchema): string {
  return schema.description ?? '';
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.map(String).join(', ')}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.properties !== undefined) return `{ ${Object.keys(schema.properties).join(', ')} }`;
  return [[schema.type].flat().join(' or '), ...boundsOf(schema)].join(' ');
}

function boundsOf(schema: JsonSchema): string[] {
  return [
    ...(schema.minimum === undefined ? [] : [`>= ${String(schema.minimum)}`]),
    ...(schema.exclusiveMinimum === undefined ? [] : [`> ${String(schema.exclusiveMinimum)}`]),
    ...(schema.maximum === undefined ? [] : [`<= ${String(schema.maximum)}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`< ${String(schema.exclusiveMaximum)}`]),
  ];
}
