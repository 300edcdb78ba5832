import type { SampleSource } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import type { TrainerPlugin } from '../plugins.ts';
import type { Processor } from '../processor/processor.ts';
import type { Generation } from '../rollout/generate.ts';
import type { ToolUse } from '../rollout/sample-responses.ts';
import type { ResolvedTrainConfig } from './config.ts';
import type { RewardFunction, RewardOutcome } from './reward.ts';

/** Where a run is; with the engine's snapshot, all that a resumed run needs. */
export interface TrainState {
  /** Steps done. */
  step: number;
  /** Index of the next sample. */
  samplePosition: number;
  /** What the advantage estimator keeps from step to step; absent where it keeps nothing. */
  advantage?: unknown;
  /** What the selector of prompts keeps. */
  selection?: unknown;
  /** `[P][G]` responses of the next step, where they were sampled before the last update (`staleness` 1). */
  sampled?: readonly (readonly Generation[])[];
}

/** What `train` needs. */
export interface TrainOptions<Outcome extends RewardOutcome> {
  engine: Engine;
  processor: Processor;
  samples: SampleSource;
  reward: RewardFunction<Outcome>;
  config: ResolvedTrainConfig;
  /** Where to go on; the beginning where absent. */
  state?: TrainState;
  /** Further advantage estimators and selectors of prompts, by package. Objectives belong to the engine. */
  plugins?: readonly TrainerPlugin[];
}

/** The options of a run that has begun: with what is made of them once. */
export interface RunOptions<Outcome extends RewardOutcome> extends TrainOptions<Outcome> {
  /** The tools of `config.tools`. */
  readonly tools: ToolUse | undefined;
}
