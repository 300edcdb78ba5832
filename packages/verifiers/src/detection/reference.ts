/**
 * What the reference implementation does and we would not: its reading of boxes and its IoU-first matching, for
 * `compat: "v-triune"`. Each difference is listed in the README. Left out: coordinates beyond 1e7, which overflow there, and answers
 * over 100,000 characters, whose thousands of boxes earn 0 there too.
 */
import { at } from '@vtriune/format/at';
import { isValidBox, iou, type Box, type LabeledBox } from '@vtriune/iou';

const MAX_COORDINATE = 1e7;
const MAX_TEXT = 100_000;

/** The reference's answer: the first `<answer>...</answer>`, trimmed; empty when there is none. */
export function referenceAnswer(text: string): string {
  const start = text.indexOf('<answer>');
  const end = start < 0 ? -1 : text.indexOf('</answer>', start + '<answer>'.length);
  return end < 0 ? '' : text.slice(start + '<answer>'.length, end).trim();
}

/**
 * Reads boxes as the reference does: in lower case, nested brackets flattened, a cut-off list closed after its last
 * complete item, one box per position whatever its label, everything else dropped without a trace.
 */
export function referenceBoxes(answer: string): LabeledBox[] {
  if (answer.length > MAX_TEXT) return [];
  let text = answer.toLowerCase().replaceAll('[[', '[').replaceAll(']]', ']');
  if (!text.endsWith(']')) {
    const cut = text.lastIndexOf('},');
    text = `${cut < 0 ? text : text.slice(0, cut)}}]`;
  }
  const seen = new Set<string>();
  return parseItems(text.replaceAll("'", '"').replaceAll('\\', '')).filter(({ box }) => {
    const key = box.join(',');
    return !seen.has(key) && seen.add(key).has(key);
  });
}

function parseItems(json: string): LabeledBox[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.flatMap((item: unknown) => toLabeledBox(item) ?? []) : [];
  } catch {
    // What is not JSON holds no boxes; the reference answers the same.
    return [];
  }
}

function toLabeledBox(item: unknown): LabeledBox | undefined {
  if (typeof item !== 'object' || item === null || !('bbox_2d' in item) || !('label' in item)) return undefined;
  const { bbox_2d: written, label } = item;
  if (!Array.isArray(written) || typeof label !== 'string') return undefined;
  // Python counts true and false among the integers.
  const box: unknown = written.map((coordinate: unknown) => (typeof coordinate === 'boolean' ? Number(coordinate) : coordinate));
  return isValidBox(box) && box.every((coordinate) => Math.abs(coordinate) <= MAX_COORDINATE) ? { box, label } : undefined;
}

/** 1 when the response has the opening tag at least once, the closing tag exactly once and a box between them. */
export function referenceFormat(response: string): number {
  const tagged = response.includes('\n<answer>\n') && response.split('\n</answer>').length === 2;
  return tagged && referenceBoxes(referenceAnswer(response.trim())).length > 0 ? 1 : 0;
}

/** Pixels of the resized image to thousandths, cut down to integers. */
export function referenceNormalize(box: Box, size: { readonly width: number; readonly height: number }): Box {
  const cut = (value: number, extent: number): number => Math.trunc((value / extent) * 1000);
  return [cut(box[0], size.width), cut(box[1], size.height), cut(box[2], size.width), cut(box[3], size.height)];
}

/**
 * The reference's IoU-first matching with its fault: the loop variables are overwritten, so each round takes the largest IoU of all
 * unmatched pairs, but gives it to the last unmatched prediction and the last unmatched ground truth.
 *
 * Returns the credited IoUs (0 for a pair of different labels) by threshold. Which pairs are taken does not depend on the
 * threshold, only when to stop.
 */
export function referenceIouFirst(
  predictions: readonly LabeledBox[],
  truths: readonly LabeledBox[],
): (threshold: number) => readonly number[] {
  const rounds: { largest: number; credited: number }[] = [];
  const overlaps = predictions.map(({ box }) => truths.map((truth) => iou(box, truth.box)));
  for (let left = Math.min(predictions.length, truths.length); left > 0; left--) {
    const lastPrediction = predictions.length - 1 - rounds.length;
    const lastTruth = truths.length - 1 - rounds.length;
    let largest = 0;
    for (let row = 0; row <= lastPrediction; row++) {
      for (let column = 0; column <= lastTruth; column++) largest = Math.max(largest, at(at(overlaps, row), column));
    }
    const sameLabel = at(predictions, lastPrediction).label === at(truths, lastTruth).label;
    rounds.push({ largest, credited: sameLabel ? largest : 0 });
  }
  return (threshold) => {
    const stop = rounds.findIndex(({ largest }) => largest < threshold);
    return (stop < 0 ? rounds : rounds.slice(0, stop)).map(({ credited }) => credited);
  };
}
