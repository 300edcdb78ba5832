import type { TSchema } from 'typebox';
import type { FailedResult, FailureCode, RewardRequest, RewardResult } from '../contract.ts';
import type { Verifier } from '../verifier.ts';

/** A verifier without its code, as the service lists it. */
export interface VerifierDescription {
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** JSON Schema of `verifier_parm`. */
  readonly parameters: TSchema;
  /** Component names beside `accuracy` and `format`. */
  readonly components: readonly string[];
  readonly metrics: readonly string[];
}

/** How busy a scorer is. */
export interface ScorerStats {
  /** Items that wait for a worker. */
  readonly queued: number;
  /** Items that a worker has. */
  readonly running: number;
  readonly workers: number;
  /** Workers that ended (deadline, crash, out of memory) and were replaced, since the start. */
  readonly replaced: number;
}

/** Scores requests in order. What goes wrong with one item is that item's own `failed` result. */
export interface Scorer {
  /**
   * One result for each request, in order.
   *
   * @throws ServiceError `overloaded` when the queue cannot take them all, `closed` after `close`.
   */
  score(requests: readonly RewardRequest[]): Promise<RewardResult[]>;
  readonly verifiers: readonly VerifierDescription[];
  stats(): ScorerStats;
  close(): Promise<void>;
}

/** What the service says about a verifier. */
export function describeVerifier(verifier: Verifier): VerifierDescription {
  const { name, description, parameters, components, metrics } = verifier;
  return { name, description, parameters, components, metrics };
}

/** A failure with what can be read of the request, which has not been checked. */
export function failedResult(request: unknown, code: FailureCode, message: string): FailedResult {
  const fields: Readonly<Record<string, unknown>> = typeof request === 'object' && request !== null ? { ...request } : {};
  const text = (name: string, otherwise: string): string => (typeof fields[name] === 'string' ? fields[name] : otherwise);
  return {
    id: text('id', '#0'),
    data_source: text('data_source', 'unknown'),
    verifier: text('verifier', 'unknown'),
    status: 'failed',
    error: { code, message },
  };
}
