import type { RewardRequest, RewardResult } from '../contract.ts';

/** One item as the service saw it. */
export interface RewardEvent {
  readonly run: string;
  /** The route it came by, such as `/v1/rewards` or `/judge`. */
  readonly route: string;
  readonly requestId: string;
  readonly request: RewardRequest;
  readonly result: RewardResult;
  /** The result as JSON text, for observers that write it down. */
  readonly resultText: string;
  /** Milliseconds from the arrival of the HTTP request to its last result, queueing included. */
  readonly latencyMs: number;
}

/**
 * Is told every result, once, when it is known and before its caller is answered. It must return soon; a promise that it returns is waited for, so
 * that what is answered is kept. It must not throw or reject: that is logged and counted, and the caller still gets the results.
 */
export type RewardObserver = (events: readonly RewardEvent[]) => unknown;
