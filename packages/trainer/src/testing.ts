// For authors of rollout engines, and for tests of programs that use one.

export { checkRolloutEngine, samplerGap, type RolloutCheckOptions } from './rollout/testing/check-rollout-engine.ts';
export { startRolloutServer, type RolloutServerOptions, type TestRolloutServer } from './rollout/testing/rollout-server.ts';
