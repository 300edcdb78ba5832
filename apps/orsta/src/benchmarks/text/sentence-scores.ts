// Scores of one text against one reference, as `nltk.translate` has them.
import { commonPhrases, phrases } from './phrases.ts';

const ORDERS = [1, 2, 3, 4];
// NLTK takes this, `sys.float_info.min`, for a precision of 0 so that it has a logarithm.
const NO_PRECISION = 2 ** -1022;

/** `nltk.translate.bleu([reference], hypothesis)`: up to four words in a row, not smoothed. In `[0, 1]`. */
export function sentenceBleu(reference: readonly string[], hypothesis: readonly string[]): number {
  const precisions = ORDERS.map((order) => {
    const own = phrases(hypothesis, order);
    return commonPhrases(own, phrases(reference, order)) / Math.max(1, hypothesis.length - order + 1);
  });
  if (precisions[0] === 0) return 0;
  const logarithms = precisions.map((precision) => Math.log(precision === 0 ? NO_PRECISION : precision) / ORDERS.length);
  const brevity = hypothesis.length > reference.length ? 1 : Math.exp(1 - reference.length / hypothesis.length);
  return brevity * Math.exp(logarithms.reduce((sum, own) => sum + own, 0));
}

/** `nltk.translate.gleu_score.sentence_gleu([reference], hypothesis)`: common runs of one to four words, over those of the longer text. In `[0, 1]`. */
export function sentenceGleu(reference: readonly string[], hypothesis: readonly string[]): number {
  const runs = (words: readonly string[]): number => ORDERS.reduce((sum, order) => sum + Math.max(0, words.length - order + 1), 0);
  const most = Math.max(runs(reference), runs(hypothesis));
  const common = ORDERS.reduce((sum, order) => sum + commonPhrases(phrases(hypothesis, order), phrases(reference, order)), 0);
  return most === 0 ? 0 : common / most;
}
