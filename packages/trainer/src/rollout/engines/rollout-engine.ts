import type { Engine } from '../../engines/engine.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';

/** What an update hands over: a model folder in the Hugging Face layout, or an adapter in PEFT's. */
export type WeightKind = 'model' | 'adapter';

/** Weights on a disk that the rollout engine can read. */
export interface RolloutWeights {
  readonly kind: WeightKind;
  /** Absolute path. */
  readonly folder: string;
  /** Name of these weights, such as `nano-000012-1f0c`; a new one for each update. */
  readonly version: string;
}

/** What an engine can do. */
export interface RolloutCapabilities {
  /** What it takes over; nothing where it samples from the trainer's own weights. */
  readonly weights: readonly WeightKind[];
  /** Kinds that it can refuse and go on with the old ones. */
  readonly survives: readonly WeightKind[];
  /** Whether the same seed gives the same responses again. */
  readonly seeded: boolean;
  /** Whether it gives its memory back between rollouts. */
  readonly sleep: boolean;
  /** Whether a response can go on after the turn of a tool. */
  readonly tools: boolean;
}

/**
 * Samples responses. Token ids and log-probabilities are those that were sampled, under the tempered distribution: text is never tokenized
 * again, so that the trainer learns from the tokens that the engine chose.
 */
export interface RolloutEngine {
  readonly name: string;
  readonly capabilities: RolloutCapabilities;
  /** `[P][G]` responses. Throws `rollout_failed`. */
  generate(prompts: readonly GenerationPrompt[], options: GenerationOptions): Promise<Generation[][]>;
  /** Samples from these weights from now on. Throws `rollout_failed` where they are refused. */
  update(weights: RolloutWeights): Promise<void>;
  /** Gives memory back until `wake`; does nothing where the engine cannot. */
  sleep(): Promise<void>;
  wake(): Promise<void>;
}

/** The trainer's own engine as a rollout engine. */
export function localRollouts(engine: Pick<Engine, 'generate'>): RolloutEngine {
  return {
    name: 'local',
    capabilities: { weights: [], survives: [], seeded: true, sleep: false, tools: true },
    generate: (prompts, options) => engine.generate(prompts, options),
    update: nothing,
    sleep: nothing,
    wake: nothing,
  };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
