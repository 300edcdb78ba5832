/**
 * The conformance suite that every verifier must pass, ours and those of others. It needs no test runner: it resolves, or throws one
 * error that lists every violation.
 */
import { Ajv } from 'ajv';
import { checkCase, inputOf, show, type VerifierCase, type VerifierSample } from './check-case.ts';
import { fuzzVerifiers } from './fuzz.ts';
import { VerifierError } from '../errors.ts';
import type { Verifier } from '../verifier.ts';

/** What `testVerifier` checks a verifier with. */
export interface VerifierExamples {
  /** Right responses: accuracy must be 1. At least one. */
  readonly accepts: readonly VerifierCase[];
  /** Wrong responses: accuracy must be 0, or at most `at_most`. At least one. */
  readonly rejects: readonly VerifierCase[];
  /** Samples whose `gold` response must get accuracy 1; those of `accepts` when absent. */
  readonly gold?: readonly VerifierSample[];
}

const GARBAGE_TEXTS = 500;

/**
 * Checks a verifier: examples, gold answers, range [0, 1], the same keys each time, determinism, 500 nonsense texts without a throw, an empty
 * answer that earns nothing, and a parameter schema that compiles and refuses what is no object.
 *
 * @throws VerifierError `conformance`, listing all violations.
 */
export async function testVerifier(verifier: Verifier, examples: VerifierExamples): Promise<void> {
  const { accepts, rejects, gold = accepts } = examples;
  const violations = [
    ...checkShape(verifier),
    ...(await checkAccuracy(verifier, accepts, { least: 1, most: 1 })),
    ...(await checkRejects(verifier, rejects)),
    ...(await checkGold(verifier, gold)),
    ...(await checkEmpty(verifier, accepts)),
    ...(await checkGarbage(verifier, accepts)),
  ];
  if (accepts.length === 0 || rejects.length === 0) violations.push('has no examples: give at least one accepted and one rejected case');
  if (violations.length === 0) return;
  throw new VerifierError(
    'conformance',
    `Verifier "${verifier.name}" breaks its contract:\n${violations.map((line) => `- ${line}`).join('\n')}`,
  );
}

function checkShape(verifier: Verifier): string[] {
  const violations: string[] = [];
  if (verifier.description.trim() === '') violations.push('has no description');
  for (const part of ['components', 'metrics'] as const) {
    if (new Set(verifier[part]).size !== verifier[part].length) violations.push(`declares a name twice in ${part}`);
  }
  try {
    const accepts = new Ajv({ strict: false }).compile(verifier.parameters);
    if (accepts(42) || accepts('text')) violations.push('has a parameter schema that accepts what is no object; use Type.Object');
  } catch (error) {
    violations.push(`has a parameter schema that does not compile: ${error instanceof Error ? error.message : String(error)}`);
  }
  return violations;
}

async function checkAccuracy(
  verifier: Verifier,
  cases: readonly VerifierCase[],
  range: { least: number; most: number },
): Promise<string[]> {
  const violations: string[] = [];
  for (const item of cases) {
    const checked = await checkCase(verifier, item);
    if ('violation' in checked) violations.push(checked.violation);
    else if (checked.outcome.accuracy < range.least - 1e-9 || checked.outcome.accuracy > range.most + 1e-9) {
      const expected = range.least === range.most ? String(range.most) : `at most ${range.most}`;
      violations.push(
        `gives ${show(item.response)} for ground truth ${JSON.stringify(item.ground_truth)} the accuracy ${checked.outcome.accuracy}, expected ${expected}`,
      );
    }
  }
  return violations;
}

async function checkRejects(verifier: Verifier, cases: readonly VerifierCase[]): Promise<string[]> {
  const checked = await Promise.all(cases.map((item) => checkAccuracy(verifier, [item], { least: 0, most: item.at_most ?? 0 })));
  return checked.flat();
}

async function checkGold(verifier: Verifier, samples: readonly VerifierSample[]): Promise<string[]> {
  const { gold } = verifier;
  if (gold === undefined) return [];
  try {
    const cases = samples.map((sample) => ({ ...sample, response: gold(inputOf(sample)) }));
    return await checkAccuracy(verifier, cases, { least: 1, most: 1 });
  } catch (error) {
    return [`cannot write a gold response: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function checkEmpty(verifier: Verifier, samples: readonly VerifierSample[]): Promise<string[]> {
  const empty = ['', ' \n', '<answer></answer>', '\\boxed{}', '<think>\n\n</think>\n\n<answer>\n\n</answer>'];
  const cases = samples.slice(0, 1).flatMap((sample) => empty.map((response) => ({ ...sample, response })));
  return checkAccuracy(verifier, cases, { least: 0, most: 0 });
}

async function checkGarbage(verifier: Verifier, samples: readonly VerifierCase[]): Promise<string[]> {
  if (samples.length === 0) return [];
  try {
    await fuzzVerifiers([{ verifier, samples }], { count: GARBAGE_TEXTS });
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
