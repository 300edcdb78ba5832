/**
 * Which of the next prompts a step takes. A selector is one object in one file, looked up by name: it sees a pool of the next samples and what
 * it has kept from the steps before, and says which to take. What it leaves comes again with the next pass over the data.
 */
import type { Static, TObject } from 'typebox';
import type { ScoredGroup } from '../advantages/advantage.ts';

/** A sample that a step may take. */
export interface CandidatePrompt {
  readonly id: string;
  readonly source: string;
  /** Task of the sample, such as `math`. */
  readonly task: string;
}

/** A prompt with the rewards of its responses. */
export interface SampledPrompt extends ScoredGroup {
  readonly id: string;
}

/** What a selector is given beside the prompts. */
export interface SelectionContext<Settings = unknown> {
  readonly settings: Settings;
  /** What it returned at the step before; absent at the first. */
  readonly state?: unknown;
  /** A number in [0, 1) for a candidate of this step, the same each time. */
  random(index: number): number;
}

/** How prompts are chosen. */
export interface PromptSelector {
  readonly name: string;
  /** Schema of its settings. */
  readonly settings: TObject;
  /** How many samples are looked at for each one taken. */
  poolFactor(settings: unknown): number;
  /** Indexes of `count` candidates, none twice. */
  choose(candidates: readonly CandidatePrompt[], count: number, context: SelectionContext): readonly number[];
  /** What to keep after a step, anything that JSON can hold. */
  observe(prompts: readonly SampledPrompt[], context: Omit<SelectionContext, 'random'>): unknown;
}

/** A selector as it is written: its settings have the type of its schema. */
export interface SelectionDefinition<Schema extends TObject> {
  readonly name: string;
  readonly settings: Schema;
  poolFactor(settings: Static<Schema>): number;
  choose(candidates: readonly CandidatePrompt[], count: number, context: SelectionContext<Static<Schema>>): readonly number[];
  observe(prompts: readonly SampledPrompt[], context: Omit<SelectionContext<Static<Schema>>, 'random'>): unknown;
}

/** Makes a selector. Its settings are checked by its schema before they reach it. */
export function defineSelection<Schema extends TObject>(definition: SelectionDefinition<Schema>): PromptSelector {
  return definition;
}
