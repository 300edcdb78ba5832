/** BLEU as sacrebleu 2.4 has it: words by mteval's 13a, up to four in a row, zero counts smoothed (`exp`), one reference for each hypothesis. In `[0, 1]`. */
import { commonPhrases, phrases } from '../text/phrases.ts';

const ORDERS = [1, 2, 3, 4];

/** The words of a text as mteval-v13a splits it. */
export function words13a(text: string): string[] {
  return ` ${unescape(text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' '))} `
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}

/** BLEU over all pairs together. */
export function bleu(hypotheses: readonly string[], references: readonly string[]): number {
  const correct = [0, 0, 0, 0];
  const total = [0, 0, 0, 0];
  let written = 0;
  let wanted = 0;
  hypotheses.forEach((hypothesis, index) => {
    const own = words13a(hypothesis.trimEnd());
    const other = words13a((references[index] ?? '').trimEnd());
    written += own.length;
    wanted += other.length;
    ORDERS.forEach((order, n) => {
      correct[n]! += commonPhrases(phrases(own, order), phrases(other, order));
      total[n]! += Math.max(0, own.length - order + 1);
    });
  });
  return combine(correct, total, written < wanted ? (written === 0 ? 0 : Math.exp(1 - wanted / written)) : 1);
}

function combine(correct: readonly number[], total: readonly number[], penalty: number): number {
  if (correct.every((count) => count === 0)) return 0;
  let smoothing = 1;
  const logs = ORDERS.map((_, n) => {
    if (total[n] === 0) return -9999999999;
    if (correct[n] !== 0) return Math.log((100 * correct[n]!) / total[n]!);
    smoothing *= 2;
    return Math.log(100 / (smoothing * total[n]!));
  });
  return (penalty * Math.exp(logs.reduce((sum, own) => sum + own, 0) / ORDERS.length)) / 100;
}
