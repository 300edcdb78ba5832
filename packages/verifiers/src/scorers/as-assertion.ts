import { VerifierError } from '../errors.ts';
import type { Verifier } from '../verifier.ts';
import { scoreAnswer } from './score-answer.ts';

/** What promptfoo gives an assertion besides the output; `vars` are the variables of the test case. */
export interface AssertionContext {
  readonly vars: Readonly<Record<string, unknown>>;
}

/** What promptfoo takes from a JavaScript assertion. */
export interface AssertionResult {
  readonly pass: boolean;
  readonly score: number;
  readonly reason: string;
}

/** A promptfoo assertion of `type: javascript`. */
export type Assertion = (output: unknown, context: AssertionContext) => Promise<AssertionResult>;

/** How an assertion reads its test case. */
export interface AssertionOptions {
  readonly parameters?: unknown;
  /** The variable that holds the ground truth; `expected` when absent. */
  readonly variable?: string;
  /** The least accuracy that passes, in (0, 1]; 1 when absent. */
  readonly threshold?: number;
}

/**
 * A verifier as a promptfoo assertion: it passes where the accuracy reaches the threshold.
 *
 * @throws VerifierError where there is no score to give, as promptfoo reports an assertion that throws as an error and not as a failed test.
 */
export function asAssertion(verifier: Verifier, options: AssertionOptions = {}): Assertion {
  const { parameters, variable = 'expected', threshold = 1 } = options;
  return async (output, { vars }) => {
    const result = await scoreAnswer({ verifier, parameters, output, expected: vars[variable] });
    if (result.status === 'failed') throw new VerifierError(result.error.code, `${verifier.name}: ${result.error.message}`);
    const { accuracy: score } = result;
    const pass = score >= threshold;
    return { pass, score, reason: `${verifier.name}: accuracy ${score}, ${pass ? 'at least' : 'below'} ${threshold}` };
  };
}
