/**
 * `mathverify`: a mathematical answer that equals the ground truth, in any form. The engine is in `math/`; here it is decided which part of
 * the response it reads. `compat: "v-triune"` gives it the whole response with the options of V-Triune's reward server.
 */
import { Type, type Static } from 'typebox';
import { showValue } from '@vtriune/format/show-value';
import { AnswerFormat, afterThinking, locateContent, stripMarkup } from '../answer/place.ts';
import { statementIn } from '../answer/statement.ts';
import { textReadings } from '../answer/text-readings.ts';
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
 * a place, whether there is an answer.
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
    `Ground truth of "mathverify" is ${showValue(raw, 120)}. It must be a text that is not empty, or a number.`,
  );
}

function verifyAnswer(input: MathInput): VerifierOutcome {
  const { response, groundTruth, parameters } = input;
  const parts = parameters.compat === undefined ? answerParts(input) : [response];
  const judged = judge(parts, input);
  // The last of several boxes is not the answer, even where it is identical to the truth.
  const settled = judged.correct || parameters.compat !== undefined || parts.some((part) => part.length <= MAX_BOXES && BOXES.test(part));
  const { correct, extracted, reason } = settled ? judged : asWritten(judged, input);
  if (reason === 'no_ground_truth') {
    throw new VerifierError(
      'invalid_ground_truth',
      `Ground truth of "mathverify" is ${showValue(groundTruth, 120)}, in which no answer can be read. Write it as LaTeX or a number.`,
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
  // The last of several lines counts only where the others have no answer: nobody is paid for two tries.
  if (first.trim().includes('\n') && verdict.reason !== 'no_answer') return verdict;
  const read = verifyMath({ response: whole, groundTruth });
  return read.correct ? read : verdict;
}

// What is identical to the ground truth is right, whether or not it is mathematics: `1990–2000`, `U.S.`, `20℃`.
function asWritten(verdict: MathVerdict, { response, groundTruth, parameters }: MathInput): MathVerdict {
  if (groundTruth.length > LONGEST_TEXT) return verdict;
  const truth = plainText(groundTruth);
  const reading = textReadings(response, parameters.answer_format).find(
    (text) => text.length <= LONGEST_TEXT && truth !== '' && plainText(text) === truth,
  );
  return reading === undefined ? verdict : { correct: true, extracted: reading, reason: 'equal_text' };
}

const LONGEST_TEXT = 2_000;

function plainText(text: string): string {
  const inner = /^\s*\\boxed\{([^{}]*)\}\s*$/.exec(text)?.[1] ?? text;
  return stripMarkup(stripMarkup(inner).replace(TEXT_COMMAND, '$1')).replace(/\s+/g, ' ');
}

const TEXT_COMMAND = /\\(?:text|textbf|mathrm|mathbf|textit|mbox)\s?\{([^{}]*)\}/g;
const SHORT = 200;

// The texts the engine reads, none where there is no answer. In running text it searches; a short last line without markup, such as "x^2+1"
// or "C", is also read as a whole, because the search would find its last number or nothing.
function answerParts({ response, groundTruth, parameters: { answer_format: format } }: MathInput): readonly string[] {
  const asksForList = /[,;]|\band\b/.test(groundTruth);
  const located = locateContent(response, format);
  if (located === undefined) return [];
  const { place, announced, text: content } = located;
  if (place === 'answer_tag') return [boxUp(statementIn(content) ?? content)];
  const text = afterThinking(response);
  if (place === 'boxed') return [BOXES.exec(text.slice(-MAX_BOXES))?.[0] ?? boxUp(content)];
  if (format === 'last_line') return [boxUp(content)];
  const short = content.length <= SHORT && !isMarkedUp(content);
  if (short && UNSAID.test(content)) return [boxUp(content)];
  // A statement without words is the whole answer: of "Answer: 10 - 2√5" the 10 is none. After a box only the statement is read.
  if (announced && (text.includes('\\boxed') || (short && !WORD.test(content)))) return [boxUp(content)];
  const list = short && asksForList ? listAtEnd(content) : undefined;
  return list !== undefined ? [boxUp(list)] : short ? [text, boxUp(content)] : [text];
}

/** "not 5", "more than 5": the search in running text would find the 5. */
const UNSAID = /\b(?:not|isn['’]t|aren['’]t|never|(?:more|less|fewer|greater|larger|smaller) than)\s+(?:equal to\s+)?[-$\\]?\d/i;
/** No list of boxes is longer. */
const MAX_BOXES = 2_000;
/** Several boxes side by side are one list: `\boxed{2} and \boxed{3}`. */
const BOX = String.raw`\\boxed\{(?:[^{}]|\{[^{}]*\}){1,80}\}`;
const BOXES = new RegExp(
  String.raw`${BOX}(?:\$?\s?(?:,|,? ?and|,? ?or|\\text\{,? ?(?:and|or) ?\}|\\quad|;)\s?\$?${BOX}){1,20}(?=[^\\]*$)(?!.*\\boxed)`,
);
const WORD = /(?<![\\a-zA-Z])(?!(?:sqrt|pi|and|or|sin|cos|tan|log|ln|exp)(?![a-zA-Z]))[a-zA-Z]{2,}/;
const NUMBER = String.raw`-?\d{1,12}(?:\.\d{1,12}|/\d{1,12})?`;
const LIST_AT_END = new RegExp(String.raw`(?<![\w,.-])(?<!\d,? )((?:${NUMBER}, ?){0,20}${NUMBER},? and ${NUMBER})\.?\s*$`);

const PAIR = String.raw`[([][^()[\]]{1,40}[)\]]`;
const ANNOUNCED_LIST = new RegExp(
  String.raw`(?:\b(?:are|is)|[:=])\s+((?:${NUMBER}, ?){1,20}${NUMBER}|(?:${PAIR}(?:, ?|,? and )){1,20}${PAIR})\.?\s*$`,
);

// "The two numbers are 1331 and 1728." answers with both.
function listAtEnd(line: string): string | undefined {
  return LIST_AT_END.exec(line)?.[1] ?? ANNOUNCED_LIST.exec(line)?.[1];
}

// A bare answer is boxed, so that LaTeX without dollars is read as a whole. A full stop or comma at its end belongs to the sentence.
function boxUp(answer: string): string {
  const text = withoutBold(endOf(answer));
  return isMarkedUp(text) ? text : `\\boxed{${text.replace(/(?<=[^.\\])[.,;]$/, '')}}`;
}

// `**10 - 2√5**.` is bold; stars inside are powers or products.
function withoutBold(text: string): string {
  return (
    /^\s*(?:\*\*([^*]+)\*\*|__([^_]+)__|`([^`]+)`)[.。]?\s*$/
      .exec(text)
      ?.slice(1)
      .find((inner) => inner !== undefined) ?? text
  );
}

// Without a place the tags are the format, so a perfect response has them.
function goldResponse({ groundTruth, parameters }: Omit<MathInput, 'response'>): string {
  const bare = groundTruth.trim().replace(/^\$+([^$]*)\$+$/, '$1');
  const boxed = bare.includes('\\boxed') ? bare : `\\boxed{${bare}}`;
  if (parameters.answer_format === undefined) return `<think>\n\n</think>\n\n<answer>\n${boxed}\n</answer>`;
  return parameters.answer_format === 'answer_tag' ? `<answer>${boxed}</answer>` : boxed;
}
