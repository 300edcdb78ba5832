import type { Verifier } from '../verifier.ts';
import { scoreAnswer } from './score-answer.ts';

/** What evaluation tools give a scorer: the question, the model's answer, and the right one. */
export interface ScorerArguments {
  readonly input?: unknown;
  readonly output: unknown;
  readonly expected?: unknown;
}

/** A score in [0, 1], or `null` with the reason in `metadata.error` where there is none: a failure is never a 0. */
export interface ScorerResult {
  readonly name: string;
  readonly score: number | null;
  readonly metadata: Record<string, unknown>;
}

/** A function with a name, as autoevals, Braintrust, evalite and vitest-evals take it. */
export type Scorer = (given: ScorerArguments) => Promise<ScorerResult>;

/**
 * A verifier as a scorer: `expected` is the ground truth, `output` the response, and the score its accuracy. Components and metrics are in
 * `metadata`. Never throws for a bad case; a ground truth that cannot be read gives the score `null`.
 */
export function asScorer(verifier: Verifier, parameters?: unknown): Scorer {
  const scorer: Scorer = async ({ output, expected }) => {
    const result = await scoreAnswer({ verifier, parameters, output, expected });
    if (result.status === 'failed')
      return { name: verifier.name, score: null, metadata: { error: result.error.message, code: result.error.code } };
    const { accuracy, components, metrics } = result;
    return { name: verifier.name, score: accuracy, metadata: { ...components, ...metrics } };
  };
  // Tools name a column after the function.
  Object.defineProperty(scorer, 'name', { value: verifier.name });
  return scorer;
}
