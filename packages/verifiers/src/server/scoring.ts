import type { TSchema } from 'typebox';
import type { RewardRequest, RewardResult } from '../contract.ts';
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
  /** Workers that were ended (deadline, crash, out of memory) and replaced, since the start. */
  readonly replaced: number;
}

/** The results of a call, in the order of its requests, and each as JSON text: threads send texts, and answers and records are made of them. */
export interface Scores {
  readonly results: readonly RewardResult[];
  readonly texts: readonly string[];
}

/** Results of this thread with their texts. */
export function toScores(results: readonly RewardResult[]): Scores {
  return { results, texts: results.map((result) => JSON.stringify(result)) };
}

/** Scores requests in order; what goes wrong with one item is its own `failed` result. */
export interface Scorer {
  /**
   * One result for each request, in order.
   *
   * @throws ServiceError `overloaded` when the queue cannot take them all, `closed` after `close`.
   */
  score(requests: readonly RewardRequest[]): Promise<Scores>;
  readonly verifiers: readonly VerifierDescription[];
  stats(): ScorerStats;
  close(): Promise<void>;
}

/** What the service says about a verifier. */
export function describeVerifier(verifier: Verifier): VerifierDescription {
  const { name, description, parameters, components, metrics } = verifier;
  return { name, description, parameters, components, metrics };
}
