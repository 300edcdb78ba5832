/**
 * How the rewards of a step become advantages. An estimator is one object in one file, looked up by name. It sees all groups of a step at
 * once and may keep a state from step to step, which is saved with the run.
 */
import type { Static, TObject } from 'typebox';

/** One rollout with its reward. */
export interface ScoredRollout {
  /** `null` where the reward failed: the rollout takes no part. */
  readonly reward: number | null;
  /** Components of the reward, where the reward function tells them. */
  readonly components?: Readonly<Record<string, number>>;
}

/** The rollouts of one prompt. */
export interface ScoredGroup {
  readonly source: string;
  /** Task of the sample, such as `math`. */
  readonly task: string;
  readonly rollouts: readonly ScoredRollout[];
}

/** Advantages of one group. */
export interface GroupAdvantages {
  /** One for each rollout; `null` where the reward failed. */
  readonly advantages: (number | null)[];
  /** The group teaches nothing: all scored rewards are equal, or fewer than two rollouts were scored. It is left out of the update. */
  readonly zeroVariance: boolean;
}

/** What an estimator returns. */
export interface AdvantageOutput {
  /** One for each group, in order. */
  readonly groups: readonly GroupAdvantages[];
  /** Anything that JSON can hold; comes back at the next step. */
  readonly state?: unknown;
}

/** What an estimator is given beside the groups. */
export interface AdvantageContext<Settings = unknown> {
  readonly settings: Settings;
  /** What it returned at the step before; absent at the first. */
  readonly state?: unknown;
}

/** How rewards become advantages. */
export interface AdvantageEstimator {
  readonly name: string;
  /** Schema of its settings. */
  readonly settings: TObject;
  estimate(groups: readonly ScoredGroup[], context: AdvantageContext): AdvantageOutput;
}

/** An estimator as it is written: its settings have the type of its schema. */
export interface AdvantageDefinition<Schema extends TObject> {
  readonly name: string;
  readonly settings: Schema;
  estimate(groups: readonly ScoredGroup[], context: AdvantageContext<Static<Schema>>): AdvantageOutput;
}

/** Makes an estimator. Its settings are checked by its schema before they reach it. */
export function defineAdvantage<Schema extends TObject>(definition: AdvantageDefinition<Schema>): AdvantageEstimator {
  return definition;
}
