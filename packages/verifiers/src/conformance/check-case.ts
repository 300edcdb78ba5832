import type { ImageSize, Progress } from '../contract.ts';
import { checkOutcome } from '../score.ts';
import type { Verifier, VerifierInput, VerifierOutcome } from '../verifier.ts';

/** A sample as the test kit takes it; the names are those of a `RewardRequest`. */
export interface VerifierSample {
  readonly ground_truth: unknown;
  readonly verifier_parm?: unknown;
  readonly answer?: unknown;
  readonly progress?: Progress;
  readonly split?: 'train' | 'test';
  readonly images?: readonly ImageSize[];
}

/** A sample with a response. */
export interface VerifierCase extends VerifierSample {
  readonly response: string;
  /** Of a rejected case: the largest accuracy that still counts as rejected; 0 when absent. */
  readonly at_most?: number;
}

/** The raw input of a sample, without the response. */
export function inputOf(sample: VerifierSample): Omit<VerifierInput, 'response'> {
  const { ground_truth: groundTruth, verifier_parm: parameters, answer, progress, split = 'train', images = [] } = sample;
  return { groundTruth, parameters, answer, progress, split, images };
}

/** What a check found: an outcome that keeps the contract, or a sentence that says how it breaks it. */
export type Checked = { readonly outcome: VerifierOutcome } | { readonly violation: string };

/** Milliseconds after which an answer counts as hanging; far above what any rule needs, on any machine. */
const HANG = 10_000;

/** Verifies one case and checks range, keys and that it came back in time; unless told otherwise twice, which must give the same. */
export async function checkCase(verifier: Verifier, item: VerifierCase, options: { readonly twice?: boolean } = {}): Promise<Checked> {
  const input = { ...inputOf(item), response: item.response };
  const started = performance.now();
  try {
    const outcome = await verifier.verify(input);
    checkOutcome(verifier, outcome);
    const elapsed = performance.now() - started;
    if (elapsed > HANG) return { violation: `took ${Math.round(elapsed)} ms for ${show(item.response)}; bound the work per response` };
    if (options.twice === false) return { outcome };
    const again = await verifier.verify(input);
    if (JSON.stringify(again) === JSON.stringify(outcome)) return { outcome };
    return { violation: `gave two different outcomes for ${show(item.response)}: ${JSON.stringify(outcome)} and ${JSON.stringify(again)}` };
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { violation: `threw for ${show(item.response)}: ${problem}` };
  }
}

/** A response in a message: quoted, and cut where it is long. */
export function show(response: string): string {
  return JSON.stringify(response.length > 200 ? `${response.slice(0, 200)}... (${response.length} characters)` : response);
}
