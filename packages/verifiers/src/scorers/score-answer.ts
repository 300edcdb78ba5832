import { at } from '@vtriune/format/at';
import { VerifierError } from '../errors.ts';
import { score } from '../score.ts';
import { createRegistry } from '../registry.ts';
import type { FailedResult, ScoredResult } from '../contract.ts';
import type { Verifier } from '../verifier.ts';

/** One answer of a model to be scored outside of training. */
export interface Answer {
  readonly verifier: Verifier;
  readonly parameters: unknown;
  readonly output: unknown;
  readonly expected: unknown;
}

/** A scored answer with its accuracy, which every verifier has. */
export interface Scored extends ScoredResult {
  readonly accuracy: number;
}

/** Scores an answer as a request of the test split. What is no text is written as JSON. */
export async function scoreAnswer({ verifier, parameters, output, expected }: Answer): Promise<Scored | FailedResult> {
  const response = typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
  const request = {
    id: verifier.name,
    data_source: 'evaluation',
    verifier: verifier.name,
    verifier_parm: parameters,
    response,
    // A case without an expected answer is the verifier's to refuse.
    ground_truth: expected ?? null,
    split: 'test' as const,
  };
  const result = at(await score([request], { registry: createRegistry([verifier]) }), 0);
  if (result.status === 'failed') return result;
  const { accuracy } = result.components;
  if (accuracy === undefined) throw new VerifierError('verifier_error', `Verifier "${verifier.name}" returned no accuracy.`);
  return { ...result, accuracy };
}
