import type { Verifier } from '../src/verifier.ts';

/** A sample of a verifier that reads short answers. */
interface Question {
  readonly truth: unknown;
  readonly parameters?: unknown;
}

/** The accuracy of one response. */
export async function accuracy(verifier: Verifier, { truth, parameters }: Question, response: string): Promise<number> {
  const outcome = await verifier.verify({ response, groundTruth: truth, parameters, split: 'train', images: [] });
  return outcome.accuracy;
}
