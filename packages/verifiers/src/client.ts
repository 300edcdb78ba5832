// The public surface of @vtriune/verifiers/client: named re-exports and nothing else. Nothing here needs Node.
export { createRewardClient } from './client/client.ts';
export type { ClientProgress, RewardClient, ServerHealth } from './client/client.ts';
export type { RewardClientOptions } from './client/options.ts';
export { ServiceError } from './service-error.ts';
export type { ServiceErrorCode } from './service-error.ts';
export type { FailedResult, RewardRequest, RewardResult, ScoredResult } from './contract.ts';
