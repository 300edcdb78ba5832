// For authors of verifiers: the conformance suite, under any test runner.

export { testVerifier } from './conformance/test-verifier.ts';
export type { VerifierExamples } from './conformance/test-verifier.ts';
export type { VerifierCase, VerifierSample } from './conformance/check-case.ts';
export { fuzzVerifiers } from './conformance/fuzz.ts';
export type { FuzzOptions, FuzzTarget } from './conformance/fuzz.ts';
