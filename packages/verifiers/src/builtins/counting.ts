import { Type, type Static } from 'typebox';
import { showValue } from '@vtriune/format/show-value';
import { onlyNumberIn, saysNone } from '../answer/number.ts';
import { AnswerFormat, locateAnswer, type LocatedAnswer } from '../answer/place.ts';
import { inPlace } from '../answer/render.ts';
import { defineVerifier } from '../define-verifier.ts';
import { VerifierError } from '../errors.ts';

const CountingParameters = Type.Object(
  {
    answer_format: Type.Optional(AnswerFormat),
    off_by: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'a count that is off by d <= off_by earns 1 - d / (off_by + 1); 0 when absent',
      }),
    ),
  },
  { additionalProperties: false },
);
type CountingParameters = Static<typeof CountingParameters>;

/** A whole number, in digits or English words; a last line may have it in a sentence that has no other number. */
export const counting = defineVerifier({
  name: 'counting',
  description: 'A count: the exact whole number, in digits or words, with partial credit near it as an option.',
  parameters: CountingParameters,
  metrics: ['answered', 'exact', 'absolute_error'],
  groundTruth: readCount,
  verify: ({ response, groundTruth, parameters }) => {
    const answer = locateAnswer(response, parameters.answer_format);
    const count = answer === undefined ? undefined : countIn(answer);
    const error = count === undefined ? groundTruth : Math.abs(count - groundTruth);
    const reach = (parameters.off_by ?? 0) + 1;
    const accuracy = count === undefined ? 0 : Math.max(0, 1 - error / reach);
    return {
      accuracy,
      format: count === undefined ? 0 : 1,
      // A wild number must not drown the mean over a batch.
      metrics: { answered: count === undefined ? 0 : 1, exact: count === groundTruth ? 1 : 0, absolute_error: Math.min(error, 1000) },
    };
  },
  gold: ({ groundTruth, parameters }) => inPlace(String(groundTruth), parameters.answer_format),
});

function readCount(raw: unknown): number {
  const written = typeof raw === 'number' ? raw : typeof raw === 'string' ? (locatedNumber(raw) ?? Number.NaN) : Number.NaN;
  if (Number.isSafeInteger(written) && written >= 0) return written;
  const message = `Ground truth of "counting" is ${showValue(raw, 120)}. It must be a whole number from 0, such as 7, "7" or "seven".`;
  throw new VerifierError('invalid_ground_truth', message);
}

function locatedNumber(text: string): number | undefined {
  const answer = locateAnswer(text);
  return answer === undefined ? undefined : countIn(answer);
}

/** In a box or tag a noun may follow the number; a longer text there is no count. */
const MAX_WITH_NOUN = 64;

function countIn({ text, place }: LocatedAnswer): number | undefined {
  if (place !== 'last_line' && text.length > MAX_WITH_NOUN) return undefined;
  if (saysNone(text)) return 0;
  const number = onlyNumberIn(text);
  return number === undefined || number.percent || !Number.isInteger(number.value) ? undefined : number.value;
}
