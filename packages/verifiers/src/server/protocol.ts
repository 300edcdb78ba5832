import type { FailedResult, RewardRequest, RewardResult } from '../contract.ts';
import type { VerifierDescription } from './scoring.ts';

/** What a protocol adapter may know about the service and the request at hand. */
export interface ProtocolContext {
  /** The verifier of a bare ground truth; without one such an item fails by name. */
  readonly defaultVerifier?: string;
  readonly verifiers: readonly VerifierDescription[];
  readonly requestId: string;
}

/** One decoded call: what to score, and how to answer. */
export interface DecodedCall {
  /** Each item: a request to score, or already a failure (a bad envelope for example), in the order of the answer. */
  readonly items: readonly (RewardRequest | FailedResult)[];
  /** The run it belongs to; the default run of the service when absent. */
  readonly run?: string;
  /** The whole answer from the results, in the order of `items`. */
  encode(results: readonly RewardResult[]): { status: 200; body: unknown };
}

/** The protocol of some trainer, as a pair of pure functions around scoring. */
export interface ProtocolAdapter {
  /** Such as `v-triune`, `openrlhf`, `slime`, `nemo-gym`. */
  readonly name: string;
  readonly method: 'POST';
  /** Such as `/judge`. */
  readonly path: string;
  /**
   * Turns a parsed JSON body into requests.
   *
   * @throws ServiceError `invalid_body` for a body of another protocol (answered 400).
   */
  decode(body: unknown, context: ProtocolContext): DecodedCall;
}
