// The reward service: one function from `Request` to `Response`, the threads behind it, and a server for it.

// The service
export { createRewardHandler } from './server/handler.ts';
export type { RewardHandler, RewardHandlerOptions } from './server/handler.ts';
export { serveRewards } from './server/serve.ts';
export type { RewardServer, ServeRewardsOptions } from './server/serve.ts';

// Its parts
export { createScoringPool } from './server/pool.ts';
export type { ScoringPoolOptions } from './server/pool-options.ts';
export type { Scores, Scorer, ScorerStats, VerifierDescription } from './server/scoring.ts';
export { createStepClock } from './server/clock.ts';
export type { RunClock, RunDeclaration, RunProgress, StepClock } from './server/clock.ts';
export type { RewardEvent, RewardObserver } from './server/observer.ts';
export { createServiceLogger } from './server/logger.ts';
export type { ServiceLogger } from './server/logger.ts';

// Protocols of trainers
export { wires } from './server/wires/wires.ts';
export type { Wire, WireCall, WireContext } from './server/wire.ts';

// Errors
export { ServiceError } from './server/service-error.ts';
export type { ServiceErrorCode } from './server/service-error.ts';
