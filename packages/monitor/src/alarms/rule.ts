import { withDefault } from '@vtriune/format/settings';
import { Type, type Static, type TBoolean, type TInteger, type TNumber, type TObject, type TProperties } from 'typebox';
import type { AlarmRecord } from '../record.ts';
import type { StepMetrics } from './step-metrics.ts';

/** What a schema with a default carries. */
export interface Default {
  readonly default: unknown;
}

/** What a rule saw at a step. Source left out means the run as a whole. */
export type Finding = Pick<AlarmRecord, 'severity' | 'message' | 'values'> & {
  readonly source?: string;
  /** Tells findings of one source apart, e.g. the part of the model. */
  readonly aspect?: string;
  /** What to do, where that is not in the message: the end of it, unless `createAlarms` was given a better one. */
  readonly remedy?: string;
};

/** Looks at one step after another and says what is wrong at this one; it holds a bounded part of what it saw. */
export type Watch = (step: StepMetrics) => readonly Finding[];

/** An alarm: a name, settings, and a function that watches the metrics of a run. */
export interface AlarmRule<Schema extends TObject = TObject> {
  /** In snake case, as in `AlarmRecord.alarm`. */
  readonly name: string;
  /** Every setting has a default. */
  readonly settings: Schema;
  /** Begins to watch a run. */
  watch(settings: Static<Schema>): Watch;
}

/** Returns the rule as it is; it gives editors the types of the settings. */
export function defineAlarm<Schema extends TObject>(rule: AlarmRule<Schema>): AlarmRule<Schema> {
  return rule;
}

/** The settings of a rule: its own, and `enabled`. */
export function ruleSettings<Properties extends TProperties>(
  description: string,
  properties: Properties,
): TObject<Properties & { readonly enabled: TBoolean & Default }> {
  const enabled = withDefault(Type.Boolean({ description: 'Whether this alarm is on.' }), true);
  return Type.Object({ enabled, ...properties }, { additionalProperties: false, description });
}

/** A setting that counts steps. */
export function steps(description: string, value: number): TInteger & Default {
  return withDefault(Type.Integer({ minimum: 2, maximum: 10_000, description }), value);
}

/** A setting in [0, 1]. */
export function share(description: string, value: number): TNumber & Default {
  return withDefault(Type.Number({ minimum: 0, maximum: 1, description }), value);
}

/** A setting that is a positive number. */
export function positive(description: string, value: number): TNumber & Default {
  return withDefault(Type.Number({ exclusiveMinimum: 0, description }), value);
}
