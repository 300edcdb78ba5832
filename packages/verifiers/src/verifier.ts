/**
 * What a verifier is to the rest of the package: a plain object whose inputs are still raw. `defineVerifier` makes one
 * from typed parts; registry, scoring and the test kit know nothing else.
 */
import type { TSchema } from 'typebox';
import type { ImageSize, Progress, Trajectory } from './contract.ts';

/** One response with everything a verifier may look at. */
export interface VerifierInput<Truth = unknown, Parameters = unknown> {
  /** The whole text the model wrote; with tools its last turn. */
  readonly response: string;
  readonly groundTruth: Truth;
  readonly parameters: Parameters;
  /** The unformatted answer of the published data, where the sample has one. */
  readonly answer?: unknown;
  readonly progress?: Progress | undefined;
  readonly split: 'train' | 'test';
  /** Sizes in pixels, in the order of the prompt's image marks; empty when unknown. */
  readonly images: readonly ImageSize[];
  /** What happened on the way to the response; absent where the policy had no tools. */
  readonly trajectory?: Trajectory | undefined;
}

/** What `verify` gives back; every number finite, accuracy and format in [0, 1]. */
export interface VerifierOutcome {
  readonly accuracy: number;
  readonly format: number;
  /** The further parts of the reward that the verifier declares in `components`. */
  readonly components?: Readonly<Record<string, number>>;
  /** The reported numbers that the verifier declares in `metrics`. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A verifier as registries hold it: raw input in, outcome out; made by `defineVerifier`. */
export interface Verifier {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (draft-07) of `verifier_parm`. */
  readonly parameters: TSchema;
  /** Component names beside `accuracy` and `format`. */
  readonly components: readonly string[];
  readonly metrics: readonly string[];
  /** Scores one response; throws `VerifierError` where there is no reward to give. */
  readonly verify: (input: VerifierInput) => VerifierOutcome | Promise<VerifierOutcome>;
  /** The response a perfect model would write, where the verifier can say it. */
  readonly gold?: (input: Omit<VerifierInput, 'response'>) => string;
}
