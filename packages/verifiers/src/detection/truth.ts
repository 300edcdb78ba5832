import type { Box, LabeledBox } from '@vtriune/iou';
import { answerTag } from '../answer/place.ts';
import { readBoxes } from '../answer/boxes.ts';
import { remember } from '../answer/remember.ts';
import { VerifierError } from '../errors.ts';

/** Boxes of a ground truth: JSON or its text, bare or in an `<answer>` tag. `label` is `undefined` where none is given. */
export interface TruthBox {
  readonly box: Box;
  readonly label: string | undefined;
}

const readOnce = remember((text) => readBoxes(answerTag(text) ?? text));

/**
 * Reads the boxes of a ground truth; `[]` says that there is nothing to find.
 *
 * @throws VerifierError `invalid_ground_truth` when it is no list, or one of its entries is no box.
 */
export function readTruthBoxes(raw: unknown, verifier: string): readonly TruthBox[] {
  const text = typeof raw === 'string' ? raw : JSON.stringify(raw);
  const found = text === undefined ? undefined : readOnce(text);
  if (found !== undefined && found.malformed === 0 && found.complete) return found.items;
  const shown = String(text).slice(0, 120);
  const message = `Ground truth of "${verifier}" is ${shown}. It must be boxes with x1 <= x2 and y1 <= y2: [{"bbox_2d": [x1, y1, x2, y2], "label": "cat"}, ...], or [] where there is nothing to find, as JSON or text.`;
  throw new VerifierError('invalid_ground_truth', message);
}

/**
 * Gives every box a label to compare. Where no ground truth has one, labels do not matter.
 *
 * @throws VerifierError `invalid_ground_truth` when some have a label and some have not.
 */
export function requireLabels(truths: readonly TruthBox[]): { readonly boxes: readonly LabeledBox[]; readonly labeled: boolean } {
  const labeled = truths.filter(({ label }) => label !== undefined).length;
  if (labeled !== 0 && labeled !== truths.length) {
    const message = `${truths.length - labeled} of ${truths.length} ground truth boxes have no label. Give all of them a label, or none.`;
    throw new VerifierError('invalid_ground_truth', message);
  }
  return { boxes: truths.map(({ box, label = '' }) => ({ box, label })), labeled: labeled > 0 };
}
