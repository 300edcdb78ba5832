/**
 * `mathverify`: a mathematical answer that equals the ground truth, in any form. The engine is in `math/`; here it is decided which part of
 * the response it reads. `compat: "v-triune"` gives it the whole response with the options of V-Triune's reward server.
 */
import { Type, type Static } from 'typebox';
import { AnswerFormat, afterThinking, locateContent } from '../answer/place.ts';
import { defineVerifier } from '../define-verifier.ts';
import { VerifierError } from '../errors.ts';
import { endOf } from '../math/find/extract-math.ts';
import { isMarkedUp, verifyMath, type MathVerdict } from '../math/verify-math.ts';
import type { VerifierInput, VerifierOutcome } from '../verifier.ts';
import { filledTagScore, tagScore } from './format.ts';

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
  const parts = parameters.compat === undefined ? answerParts(response, parameters.answer_format) : [response];
  const { correct, extracted, reason } = judge(parts, input);
  if (reason === 'no_ground_truth') {
    throw new VerifierError(
      'invalid_ground_truth',
      `Ground truth of "mathverify" is ${JSON.stringify(groundTruth.slice(0, 120))}, in which no answer can be read. Write it as LaTeX or a number.`,
    );
  }
  const answered = extracted === null ? 0 : 1;
  const tags = parameters.compat === undefined ? filledTagScore : tagScore;
  const placed = parameters.answer_format === undefined ? tags(response) : parts.length === 0 ? 0 : 1;
  return { accuracy: correct ? 1 : 0, format: placed, metrics: { answered } };
}

// The first reading that is right, else the first. Asked with an empty text where there is none, so that a ground truth nobody can read
// fails whatever the response.
function judge([first = '', whole]: readonly string[], { groundTruth, parameters: { compat } }: MathInput): MathVerdict {
  const verdict = verifyMath({ response: first, groundTruth, compat });
  if (whole === undefined || verdict.correct || verdict.reason === 'no_ground_truth') return verdict;
  // What stands in the last of several lines counts only where the others have no answer: nobody is paid for two tries.
  if (first.trim().includes('\n') && verdict.reason !== 'no_answer') return verdict;
  const read = verifyMath({ response: whole, groundTruth });
  return read.correct ? read : verdict;
}

const SHORT = 200;

// The texts the engine reads, none where there is no answer. In running text it searches; a short last line without markup, such as "x^2+1"
// or "C", is also read as a whole, because the search would find its last number or nothing.
function answerParts(response: string, format: AnswerFormat | undefined): readonly string[] {
  const located = locateContent(response, format);
  if (located === undefined) return [];
  if (located.place !== 'last_line' || format === 'last_line') return [boxUp(located.text)];
  const text = afterThinking(response);
  const short = located.text.length <= SHORT && !isMarkedUp(located.text);
  return short ? [text, boxUp(located.text)] : [text];
}

// A bare answer is boxed, so that LaTeX without dollars is read as a whole. A full stop or comma at its end belongs to the sentence.
function boxUp(answer: string): string {
  const text = endOf(answer);
  return isMarkedUp(text) ? text : `\\boxed{${text.replace(/(?<=[^.\\])[.,;]$/, '')}}`;
}

// Without a place the tags are the format, so a perfect response has them.
function goldResponse({ groundTruth, parameters }: Omit<MathInput, 'response'>): string {
  const bare = groundTruth.trim().replace(/^\$+([^$]*)\$+$/, '$1');
  const boxed = bare.includes('\\boxed') ? bare : `\\boxed{${bare}}`;
  if (parameters.answer_format === undefined) return `<think>\n\n</think>\n\n<answer>\n${boxed}\n</answer>`;
  return parameters.answer_format === 'answer_tag' ? `<answer>${boxed}</answer>` : boxed;
}
