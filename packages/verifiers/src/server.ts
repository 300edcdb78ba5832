// The reward service: one function from `Request` to `Response`, the worker threads it scores in, and a server for it.

// The service
export { createRewardHandler } from './server/handler.ts';
export type { RewardHandler, RewardHandlerOptions } from './server/handler.ts';
export { serveRewards } from './server/serve.ts';
export type { RewardServer, ServeRewardsOptions } from './server/serve.ts';

// Its parts
export { createScoringPool } from './server/pool.ts';
export { PoolSettings } from './server/pool-options.ts';
export type { ScoringPoolOptions } from './server/pool-options.ts';
export type { Scorer, ScorerStats, VerifierDescription } from './server/scoring.ts';
export { createRunState } from './server/run-state.ts';
export type { RunState } from './server/run-state.ts';
export { declareRun, reportRun } from './server/run-progress.ts';
export type { RunDeclaration, RunEntry, RunProgress, RunReport } from './server/run-progress.ts';
export type { RewardEvent, RewardObserver } from './server/observer.ts';
export { createServiceLogger } from './server/logger.ts';
export type { ServiceLogger } from './server/logger.ts';

// Protocols of trainers
export { protocols } from './server/protocols/protocols.ts';
export type { DecodedCall, ProtocolAdapter, ProtocolContext } from './server/protocol.ts';

// Errors
export { ServiceError } from './service-error.ts';
export type { ServiceErrorCode } from './service-error.ts';
