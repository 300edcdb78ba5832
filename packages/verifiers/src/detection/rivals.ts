import { iou, type LabeledBox } from '@vtriune/iou';

/** A prediction is about a true box where their IoU is above this. */
const ABOUT = 0.5;

/**
 * The predictions that OVDEval's NMS-AP counts (Yao et al., arXiv 2308.13177): around each true box one prediction of any label stays and the
 * others go, so that giving one object several labels does not pay. Answers of a language model have no scores, so the last one stays,
 * as in the benchmark's own code; one that stays for some true box stays even where it loses around another.
 */
export function withoutRivals(predictions: readonly LabeledBox[], truths: readonly LabeledBox[]): readonly LabeledBox[] {
  const kept = new Set<LabeledBox>();
  const beaten = new Set<LabeledBox>();
  for (const truth of truths) {
    const rivals = predictions.filter(({ box }) => iou(truth.box, box) > ABOUT);
    const last = rivals.at(-1);
    if (last === undefined) continue;
    kept.add(last);
    for (const rival of rivals.slice(0, -1)) beaten.add(rival);
  }
  return predictions.filter((prediction) => kept.has(prediction) || !beaten.has(prediction));
}
