// The maths verifier: a response and a ground truth in, a verdict out. Bad text is a wrong answer, never an exception.
import { remember } from '../answer/remember.ts';
import { compareMath } from './compare-math.ts';
import {
  endOf,
  EXPRESSION_TARGET,
  extractMath,
  LATEX_TARGET,
  readLatex,
  type ExtractionOptions,
  type LatexTarget,
  type MathAnswer,
} from './extract-math.ts';
import { DEFAULT_NORMALIZATION, normalizeLatex } from './normalize-latex.ts';
import { hasWords } from './spelled-words.ts';
import type { Node } from './ast.ts';
import type { ComparisonOptions } from './compare-options.ts';

/** Why a verdict is what it is. */
export type MathReason = 'equal' | 'equal_text' | 'different' | 'no_answer' | 'no_ground_truth';

/** The verdict on one response. */
export interface MathVerdict {
  readonly correct: boolean;
  /** The normalised text of the answer in the response; null where none was found. */
  readonly extracted: string | null;
  readonly reason: MathReason;
}

/** One response to check. */
export interface MathRequest {
  readonly response: string;
  readonly groundTruth: string;
  /** `v-triune`: the options of V-Triune's reward server. Both texts are lower-cased and only a boxed or announced LaTeX answer counts. */
  readonly compat?: 'v-triune';
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
export const compareAnswers = (groundTruth: MathAnswer, prediction: MathAnswer, options: ComparisonOptions = {}): boolean => {
  const asked = { words: hasWords(prediction.text ?? ''), ...options };
  return groundTruth.values.some((wanted) => prediction.values.some((given) => compareValues(wanted, given, asked)));
};

const compareValues = (wanted: Node | string, given: Node | string, options: ComparisonOptions): boolean => {
  if (typeof wanted === 'string' || typeof given === 'string')
    return typeof wanted === 'string' && typeof given === 'string' && wanted.trim() !== '' && wanted.trim() === given.trim();
  return compareMath(wanted, given, options);
};

const MARKED = /\$|\\\(|\\\[|\\boxed|answer/i;
const PROSE = /[a-z]{2,}\s+[a-z]{2,}/i;

/** A ground truth is the answer itself, unless it is marked up or reads like prose. */
const readGroundTruth = remember((whole: string): MathAnswer => {
  const text = endOf(whole);
  const bare = text.trim();
  if (!MARKED.test(bare) && bare.length < 2_000) {
    const plain = extractMath(bare, { targets: [EXPRESSION_TARGET] });
    if (plain.values.length > 0 && /^[\d\s.,+\-*/^()%]+$/.test(bare)) return plain;
    const normal = normalizeLatex(bare, DEFAULT_NORMALIZATION);
    const value = PROSE.test(bare.replace(/\\[a-z]+/gi, '')) ? null : readLatex(normal);
    if (value) return { values: [value, normal], text: normal };
  }
  return extractMath(text, BOXED_FIRST);
});

const readVTriuneTruth = remember((whole: string) => extractMath(endOf(whole).toLowerCase(), V_TRIUNE_GROUND_TRUTH));

const verdict = (correct: boolean, extracted: string | null, reason: MathReason): MathVerdict => ({ correct, extracted, reason });

const judge = (wanted: MathAnswer, given: MathAnswer, options: ComparisonOptions = {}): MathVerdict => {
  if (wanted.values.length === 0) return verdict(false, given.text, 'no_ground_truth');
  if (given.values.length === 0) return verdict(false, null, 'no_answer');
  const equal = compareAnswers(wanted, given, options);
  return verdict(equal, given.text, equal ? 'equal' : 'different');
};

/** Checks a response against the ground truth, of each of which only the end is read. Never throws. */
export const verifyMath = ({ response, groundTruth, compat }: MathRequest): MathVerdict => {
  if (compat === 'v-triune') {
    return judge(readVTriuneTruth(groundTruth), extractMath(endOf(response).toLowerCase(), V_TRIUNE_RESPONSE), { words: false });
  }
  return judge(readGroundTruth(groundTruth), extractMath(response, BOXED_FIRST));
};
