// The public surface of @vtriune/verifiers: named re-exports and nothing else.

// The wire shape
export {
  FailedResult,
  FailureCode,
  ImageSize,
  Progress,
  RewardRequest,
  RewardResult,
  RewardTerm,
  ScoredResult,
  Trajectory,
} from './contract.ts';
export { schemas } from './schemas.ts';

// Writing verifiers
export { defineVerifier } from './define-verifier.ts';
export type { VerifierDefinition } from './define-verifier.ts';
export type { Verifier, VerifierInput, VerifierOutcome } from './verifier.ts';
export { AnswerFormat, locateAnswer } from './answer/place.ts';
export type { LocatedAnswer } from './answer/place.ts';

// Verifiers by name
export { builtins } from './builtins/builtins.ts';
export { createRegistry } from './registry.ts';
export type { Registry } from './registry.ts';
export { loadPlugins, resolvePlugin } from './plugins.ts';
export type { LoadPluginsOptions, VerifierPlugin } from './plugins.ts';

// Scoring
export { createRewardRequest } from './sample-request.ts';
export type { SampleResponse } from './sample-request.ts';
export { score } from './score.ts';
export type { ScoreOptions } from './score.ts';

// Errors
export { VerifierError } from './errors.ts';
export type { VerifierErrorCode } from './errors.ts';
