/**
 * Settings from a schema. A setting is one line of the schema: its type, its range, its description and its default. What it is when
 * absent, what the error says, what `--help` shows and what the published JSON Schema allows all come from that line.
 *
 * ```ts
 * const Training = settings(Type.Object({
 *   steps: Type.Integer({ minimum: 1, description: 'Training steps.' }),
 *   learningRate: withDefault(Type.Number({ exclusiveMinimum: 0, description: 'Peak learning rate.' }), 1e-4),
 * }, { additionalProperties: false }));
 * Training.parse({ steps: 10 }); // { steps: 10, learningRate: 1e-4 }
 * ```
 */
import type { Static, TObject } from 'typebox';
import { explainSettings, type SettingExplanation } from './settings/explain.ts';
import { fillDefaults } from './settings/fill-defaults.ts';
import { settingCheck } from './settings/find-problem.ts';
import { toInputSchema, type JsonSchema } from './settings/json-schema.ts';
import { SettingsError } from './settings/settings-error.ts';

export { discriminated, withDefault, type SettingsInput } from './settings/schema.ts';
export { SettingsError } from './settings/settings-error.ts';
export type { SettingExplanation } from './settings/explain.ts';
export type { JsonSchema } from './settings/json-schema.ts';

/** A group of settings with everything that is derived from its schema. */
export interface Settings<Schema extends TObject> {
  /** The schema of the settings with all defaults filled in; `Static` of it is what `parse` returns. */
  readonly schema: Schema;
  /** The schema of the settings as people write them: what has a default may be left out. This one is published. */
  readonly inputSchema: JsonSchema;
  /** Fills in the defaults and checks. Does not change its input. Throws `SettingsError` for the first thing that is wrong. */
  parse(value: unknown): Static<Schema>;
  /** The defaults of all settings that have one. */
  defaults(): Partial<Static<Schema>>;
  /** One row for each setting, in the order of the schema. */
  explain(): SettingExplanation[];
}

/** Makes settings from their schema. Compiles the check once, so call it at the top of a module. */
export function settings<Schema extends TObject>(schema: Schema): Settings<Schema> {
  const findProblem = settingCheck(schema);
  return {
    schema,
    inputSchema: toInputSchema(schema),
    parse: (value) => {
      const filled = fillDefaults(schema, value);
      const problem = findProblem(filled);
      if (problem !== undefined) throw new SettingsError(problem.message, problem.path);
      return filled as Static<Schema>;
    },
    defaults: () => fillDefaults(schema, {}) as Partial<Static<Schema>>,
    explain: () => explainSettings(schema),
  };
}
