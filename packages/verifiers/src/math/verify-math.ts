// The math verifier: a response and a ground truth in, a verdict out. Bad text is a wrong answer, never an exception.
//
// A response takes this way through the folders:
//   find/      where the answer is: extract-math.ts ranks the candidates of boxed, environments, anchors, plain-numbers, and choices
//   parse/     what it says: normalize-latex.ts and malformed.ts clean the LaTeX, lexer.ts cuts it into tokens,
//              parse-latex.ts reads lists, sets, and relations, parse-expression.ts the rest; arithmetic.ts reads 2*(3+4)
//   compare/   whether it equals the ground truth: compare-math.ts picks by kind one of scalars, collections, relations;
//              identity.ts evaluates at points what has no exact value
//   numbers/   what a number is worth: rational.ts (BigInt fractions), exact.ts, complex.ts and evaluate.ts (doubles with
//              error bounds), precise.ts (more digits), budget.ts (the work one comparison may do)
// All four share ast.ts (the expression tree), key.ts (its canonical text), and characters.ts.
import { remember } from '../answer/remember.ts';
import { compareMath } from './compare/compare-math.ts';
import {
  endOf,
  EXPRESSION_TARGET,
  extractMath,
  LATEX_TARGET,
  readLatex,
  type ExtractionOptions,
  type LatexTarget,
  type MathAnswer,
} from './find/extract-math.ts';
import { DEFAULT_NORMALIZATION, normalizeLatex } from './parse/normalize-latex.ts';
import { hasWords } from './compare/spelled-words.ts';
import { typedToLatex } from './find/typed-signs.ts';
import { bareAnswer, contradicts, insideText, joinedBy, withoutHanUnit } from './compare/written-form.ts';
import { countedIn, measuredIn } from '../answer/unit.ts';
import type { Node } from './ast.ts';
import type { ComparisonOptions } from './compare/compare-options.ts';

/** Why a verdict is what it is. */
export type MathReason = 'equal' | 'equal_text' | 'different' | 'no_answer' | 'no_ground_truth';

/** The verdict on one response. */
export interface MathVerdict {
  readonly correct: boolean;
  /** The normalized text of the answer in the response; null where none was found. */
  readonly extracted: string | null;
  readonly reason: MathReason;
}

/** One response to check. */
export interface MathRequest {
  readonly response: string;
  readonly groundTruth: string;
  /** `v-triune`: the options of V-Triune's reward server. Both texts are lower-cased and only a boxed or announced LaTeX answer counts. */
  readonly compat?: 'v-triune' | undefined;
}

const BOXED_FIRST: ExtractionOptions = { targets: [{ ...LATEX_TARGET, boxedPriority: 0 }, EXPRESSION_TARGET] };
const V_TRIUNE_TARGET: LatexTarget = {
  kind: 'latex',
  withoutAnchor: false,
  boxedPriority: 0,
  normalization: { ...DEFAULT_NORMALIZATION, nits: false, malformed: false },
};
const V_TRIUNE_RESPONSE: ExtractionOptions = { targets: [V_TRIUNE_TARGET], firstMatchOnly: true };
const V_TRIUNE_GROUND_TRUTH: ExtractionOptions = { firstMatchOnly: true };

/** True where any reading of the response equals any reading of the ground truth; text compares with text only. */
export function compareAnswers(groundTruth: MathAnswer, prediction: MathAnswer, options: ComparisonOptions = {}): boolean {
  const asked = { words: hasWords(prediction.text ?? ''), ...options };
  return groundTruth.values.some((wanted) => prediction.values.some((given) => compareValues(wanted, given, asked)));
}

function compareValues(wanted: Node | string, given: Node | string, options: ComparisonOptions): boolean {
  if (typeof wanted === 'string' || typeof given === 'string')
    return typeof wanted === 'string' && typeof given === 'string' && wanted.trim() !== '' && wanted.trim() === given.trim();
  return compareMath(wanted, given, options);
}

/** LaTeX that says where it begins and ends; `\$` is money. */
export function isMarkedUp(text: string): boolean {
  return /(?<!\\)\$|\\\(|\\\[|\\boxed/.test(text);
}

const PROSE = /[a-z]{2,}\s+[a-z]{2,}/i;
const GROUPED = /^[+-]?\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?\s?%?$/;
/** One number with a decimal comma, or a list of two numbers: both readings count. */
const AMBIGUOUS = /^[+-]?\d+,\d+$/;
/** No comma, and no two numbers side by side. */
const ARITHMETIC = /^(?!.*\d\s+\d)[\d\s.+\-*/^()%]+$/;

/** A ground truth is the answer itself, unless it is marked up or reads like prose. */
function readGroundTruth(whole: string): MathAnswer {
  const text = withoutHanUnit(typedToLatex(endOf(whole)));
  const bare = text.trim();
  if (isMarkedUp(bare) || /answer/i.test(bare) || bare.length >= 2_000) return extractMath(text, BOXED_FIRST);
  const numeric = GROUPED.test(bare) || AMBIGUOUS.test(bare) || ARITHMETIC.test(bare);
  const plain = numeric ? extractMath(bare, { targets: [EXPRESSION_TARGET] }) : NOTHING;
  if (plain.values.length > 0 && !AMBIGUOUS.test(bare)) return plain;
  const normal = normalizeLatex(bare, DEFAULT_NORMALIZATION);
  const prose = PROSE.test(bare.replace(/\\[a-z]+/gi, ''));
  const value = prose ? null : readLatex(normal);
  if (value) return { values: [...plain.values, value, normal], text: normal };
  // "20 square feet" is 20, but of "2 red and 3 blue" no number is the answer, nor is there one in "no solution".
  const found = (bare.match(/\d[\d.,:/]*/g) ?? []).length > 1 && prose ? NOTHING : extractMath(text, BOXED_FIRST);
  return found.values.length > 0 || bare === '' ? found : { values: [normal], text: normal };
}

const NOTHING: MathAnswer = { values: [], text: null };

function verdict(correct: boolean, extracted: string | null, reason: MathReason): MathVerdict {
  return { correct, extracted, reason };
}

function judge(wanted: MathAnswer, given: MathAnswer, options: ComparisonOptions = {}): MathVerdict {
  if (wanted.values.length === 0) return verdict(false, given.text, 'no_ground_truth');
  if (given.values.length === 0) return verdict(false, null, 'no_answer');
  const equal = compareAnswers(wanted, given, options);
  return verdict(equal, given.text, equal ? 'equal' : 'different');
}

const TEXT_COMMAND = /\\(?:text|textbf|textit|mathrm|mathbf|mbox)\s?\{([^{}]*)\}/g;
function plainText(text: string): string {
  return text.replace(TEXT_COMMAND, '$1').replace(/\s+/g, ' ').trim().toLowerCase();
}

/** The words of an answer, to be compared whatever is mathematics in them: `\text{June 3}` and `June 3`. Null for none and for too many. */
function wordsOf({ text }: MathAnswer): string | null {
  return text !== null && text.length < 2_000 ? plainText(text) || null : null;
}

/** Answers of one ground truth that are remembered, and their length: a group often gives the same short one several times. */
const MOST_ANSWERS = 16;
const LONGEST_ANSWER = 512;

type Judge = (response: string) => MathVerdict;

const OPTIONS: ComparisonOptions = { relationForSet: true, whereReal: true };

/** The number of an answer that is one number and its unit or noun: `\boxed{5\,\mathrm{m/s}}` and `\boxed{5 cats}` are 5. */
function measuredNumber(text: string): string | undefined {
  const bare = bareAnswer(text);
  const value = (measuredIn(bare) ?? countedIn(bare))?.value;
  return value !== undefined && NUMBER_ALONE.test(value) ? value : undefined;
}

const NUMBER_ALONE = /^[-+−]?(?=.*\d)(?:[\d.,\s/^×*{}()√π-]|\\[dt]?frac|\\sqrt|\\times|\\cdot|\\pi|pi|sqrt|[eE](?=[-+]?\d))+$/;

const judgeOf = remember((whole): Judge => {
  const groundTruth = insideText(whole) ?? whole;
  const wanted = readGroundTruth(groundTruth);
  const wantedWords = wordsOf(wanted);
  const measured = measuredNumber(groundTruth);
  const wantedNumber = measured === undefined ? undefined : readGroundTruth(measured);
  const judgeOne: Judge = (response) => {
    const end = endOf(response);
    const inner = insideText(bareAnswer(end));
    const typed = inner === undefined ? end : `\\boxed{${inner}}`;
    if (contradicts(groundTruth, typed)) return verdict(false, null, 'different');
    const given = extractMath(withoutHanUnit(typedToLatex(typed)), BOXED_FIRST);
    const options = { ...OPTIONS, joined: joinedBy(groundTruth, typed) };
    const judged = judge(wanted, given, options);
    if (judged.correct) return judged;
    if (wantedWords !== null && wordsOf(given) === wantedWords) return verdict(true, given.text, 'equal_text');
    const number = measuredNumber(typed);
    if (number === undefined && wantedNumber === undefined) return judged;
    const bare = number === undefined ? given : extractMath(typedToLatex(`\\boxed{${number}}`), BOXED_FIRST);
    const again = judge(wantedNumber ?? wanted, bare, options);
    return again.correct ? again : judged;
  };
  return remember(judgeOne, MOST_ANSWERS, LONGEST_ANSWER);
});

const vTriuneJudgeOf = remember((groundTruth): Judge => {
  const wanted = extractMath(endOf(groundTruth).toLowerCase(), V_TRIUNE_GROUND_TRUTH);
  const judgeOne: Judge = (response) =>
    judge(wanted, extractMath(endOf(response).toLowerCase(), V_TRIUNE_RESPONSE), { words: false, decimals: 6 });
  return remember(judgeOne, MOST_ANSWERS, LONGEST_ANSWER);
});

/** Checks a response against the ground truth, of each of which only the end is read. Never throws. */
export function verifyMath({ response, groundTruth, compat }: MathRequest): MathVerdict {
  return (compat === 'v-triune' ? vTriuneJudgeOf : judgeOf)(groundTruth)(response);
}
