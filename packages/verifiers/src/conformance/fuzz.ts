import { checkCase, inputOf, type VerifierSample } from './check-case.ts';
import { garbageText, mutateText, seededRandom } from './garbage.ts';
import { VerifierError } from '../errors.ts';
import type { Verifier } from '../verifier.ts';

/** One verifier with the samples it is fuzzed on. */
export interface FuzzTarget {
  readonly verifier: Verifier;
  /** At least one; where the verifier has no `gold`, add right responses to mutate. */
  readonly samples: readonly (VerifierSample & { readonly response?: string })[];
}

/** How long and from which seed. */
export interface FuzzOptions {
  readonly count: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Determinism is checked on every so manieth text; a prime, so that all samples get their turn. */
const TWICE_EVERY = 7;

/**
 * Scores `count` nonsense texts and mutated right answers, spread evenly over all samples. Whatever the text, a verifier must answer in
 * range, with its declared keys, the same when asked again, and must not throw.
 *
 * @throws VerifierError `conformance`, listing the first violations.
 */
export async function fuzzVerifiers(targets: readonly FuzzTarget[], options: FuzzOptions): Promise<void> {
  const { count, seed = 1 } = options;
  const random = seededRandom(seed);
  const seeds = targets.flatMap(({ verifier, samples }) =>
    samples.map((sample) => ({ verifier, sample, right: sample.response ?? verifier.gold?.(inputOf(sample)) })),
  );
  const violations: string[] = [];
  for (let index = 0; index < count && violations.length < 10; index++) {
    const target = seeds[index % seeds.length];
    if (target === undefined)
      throw new VerifierError('conformance', 'Nothing to fuzz: there are no samples. Give each verifier at least one.');
    const { verifier, sample, right } = target;
    const response = right === undefined || random() < 0.5 ? garbageText(random) : mutateText(right, random);
    const checked = await checkCase(verifier, { ...sample, response }, { twice: index % TWICE_EVERY === 0 });
    if ('violation' in checked) violations.push(`- ${verifier.name} ${checked.violation}`);
  }
  if (violations.length > 0) throw new VerifierError('conformance', `Fuzzing with seed ${seed} found:\n${violations.join('\n')}`);
}
