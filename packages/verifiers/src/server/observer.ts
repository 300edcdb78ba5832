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
 * Is told every result, once, when it is known and before its caller is answered. It must return soon; a promise that it returns is
 * awaited, so that what is answered is kept. When it throws or rejects, that is logged and counted, and the caller still gets the results.
 */
export type RewardObserver = (events: readonly RewardEvent[]) => unknown;
