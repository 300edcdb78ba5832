/**
 * `mathverify`: a mathematical answer that equals the ground truth, in any form. The engine is in `math/`; here it is decided which part of
 * the response it reads. `compat: "v-triune"` gives it the whole response with the options of V-Triune's reward server.
 */
import { Type, type Static } from 'typebox';
import { AnswerFormat, afterThinking, locateContent } from '../answer/place.ts';
import { defineVerifier } from '../define-verifier.ts';
import { VerifierError } from '../errors.ts';
import { endOf } from '../math/extract-math.ts';
import { verifyMath, type MathVerdict } from '../math/verify-math.ts';
import type { VerifierInput, VerifierOutcome } from '../verifier.ts';
import { tagScore } from './format.ts';

const MathParameters = Type.Object(
  { answer_format: Type.Optional(AnswerFormat), compat: Type.Optional(Type.Literal('v-triune')) },
  { additionalProperties: false },
);
type MathParameters = Static<typeof MathParameters>;
type MathInput = VerifierInput<string, MathParameters>;

/**
 * A mathematical answer. Format is the share of the four think and answer tags (arXiv 2505.18129, eq. 4), or where `answer_format` names
 * a place, whether an answer stands there.
 */
export const mathverify = defineVerifier({
  name: 'mathverify',
  description: 'A mathematical answer equal to the ground truth: numbers, expressions, sets, intervals, relations, matrices, short texts.',
  parameters: MathParameters,
  metrics: ['answered'],
  groundTruth: readTruth,
  verify: verifyAnswer,
  gold: goldResponse,
});

function readTruth(raw: unknown, { answer_format: place, compat }: MathParameters): string {
  if (compat !== undefined && place !== undefined) {
    const message = `compat "${compat}" reads the whole response, so answer_format "${place}" has no meaning. Leave out one of the two.`;
    throw new VerifierError('invalid_parameters', message);
  }
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw new VerifierError(
    'invalid_ground_truth',
    `Ground truth of "mathverify" is ${JSON.stringify(raw)}. It must be a text that is not empty, or a number.`,
  );
}

function verifyAnswer(input: MathInput): VerifierOutcome {
  const { response, groundTruth, parameters } = input;
  const part = parameters.compat === undefined ? answerPart(response, parameters.answer_format) : response;
  // Asked with an empty text as well, so that a ground truth nobody can read fails whatever the response.
  const { correct, extracted, reason }: MathVerdict = verifyMath({
    response: part ?? '',
    groundTruth,
    ...(parameters.compat === undefined ? {} : { compat: parameters.compat }),
  });
  if (reason === 'no_ground_truth') {
    throw new VerifierError(
      'invalid_ground_truth',
      `Ground truth of "mathverify" is ${JSON.stringify(groundTruth.slice(0, 120))}, in which no answer can be read. Write it as LaTeX or a number.`,
    );
  }
  const answered = extracted === null ? 0 : 1;
  const placed = parameters.answer_format === undefined ? tagScore(response) : part === undefined ? 0 : 1;
  return { accuracy: correct ? 1 : 0, format: placed, metrics: { answered } };
}

const MARKED = /\$|\\\(|\\\[|\\boxed/;

// The text the engine reads: a bare answer is boxed, so that LaTeX without dollars is read as a whole and nothing is searched in it.
function answerPart(response: string, format: AnswerFormat | undefined): string | undefined {
  const located = locateContent(response, format);
  if (located === undefined) return undefined;
  if (located.place === 'last_line' && format !== 'last_line') return afterThinking(response);
  const text = endOf(located.text);
  return MARKED.test(text) ? text : `\\boxed{${text}}`;
}

function goldResponse({ groundTruth, parameters }: Omit<MathInput, 'response'>): string {
  const bare = groundTruth.trim().replace(/^\$+([^$]*)\$+$/, '$1');
  const boxed = bare.includes('\\boxed') ? bare : `\\boxed{${bare}}`;
  if (parameters.compat !== undefined) return `<think>\n\n</think>\n\n<answer>\n${boxed}\n</answer>`;
  return parameters.answer_format === 'answer_tag' ? `<answer>${boxed}</answer>` : boxed;
}
