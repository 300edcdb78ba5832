/**
 * Verifiers that are scored on the main thread. A trip to a worker costs more than these verifiers do, but nothing can stop them
 * there: so only built-in ones, whose work is bounded by the length of the texts, and only short texts in small numbers.
 */
import { builtins } from '../builtins/builtins.ts';
import type { RewardRequest } from '../contract.ts';
import { ServiceError } from './service-error.ts';

/** The verifiers that run on the main thread when the queue is short. */
export const DEFAULT_INLINE: readonly string[] = ['counting', 'choice', 'numeric', 'format', 'click'];

/** Most items of one turn of the event loop that are scored on the main thread. */
export const MAX_INLINE_ITEMS = 64;

const MAX_TEXT = 16_384;

/**
 * Whether a request may be scored on the main thread: an inline verifier, and short texts.
 *
 * @throws ServiceError `invalid_options` for a name that is not a built-in verifier: code of plug-ins runs in workers only.
 */
export function createInlineTest(names: readonly string[]): (request: RewardRequest) => boolean {
  const known = builtins.map(({ name }) => name);
  const foreign = names.find((name) => !known.includes(name));
  if (foreign !== undefined) {
    const message = `inline names "${foreign}". Only built-in verifiers may run on the main thread, where no deadline can stop them: ${known.join(', ')}. Leave it out.`;
    throw new ServiceError('invalid_options', message);
  }
  const inline = new Set(names);
  // The request has not been checked yet, and may be anything.
  return (request: Partial<RewardRequest> | null | undefined) => {
    const { verifier, response, ground_truth: truth, rewards } = request ?? {};
    if (rewards !== undefined || typeof verifier !== 'string' || !inline.has(verifier)) return false;
    const short = (text: unknown): boolean => typeof text === 'string' && text.length <= MAX_TEXT;
    return short(response) && (short(truth) || typeof truth === 'number');
  };
}
