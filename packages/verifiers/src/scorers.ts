/**
 * Verifiers as scorers of the evaluation tools TypeScript people use: autoevals and Braintrust, evalite, vitest-evals, promptfoo.
 * These are shapes and nothing else: none of those packages is imported.
 */
export { asAssertion, type Assertion, type AssertionContext, type AssertionResult } from './scorers/as-assertion.ts';
export { asScorer, type Scorer, type ScorerArguments, type ScorerResult } from './scorers/as-scorer.ts';
