import type { RewardRequest, RewardResult } from '../contract.ts';

/** One item as the service saw it. */
export interface RewardEvent {
  readonly run: string;
  /** The route it came by, such as `/v1/rewards` or `/judge`. */
  readonly route: string;
  readonly requestId: string;
  readonly request: RewardRequest;
  readonly result: RewardResult;
  /** Milliseconds from the arrival of the HTTP request to its last result, queueing included. */
  readonly latencyMs: number;
}

/**
 * Is told every result, once, when it is known. It must return soon and must not throw: a throw is logged and counted, and the
 * caller still gets the results.
 */
export type RewardObserver = (events: readonly RewardEvent[]) => void;
