// Decides for every detection whether it is right, wrong or not counted, at each area range and IoU threshold: the second
// step of `evaluateCoco`. The rules are pycocotools': detections choose from best to worst score; a detection takes the
// ground truth with the largest IoU that is still free (the later one on a tie), and one that does not count (a crowd, `ignore`, or
// outside of the area range) only where no other reaches the threshold; crowds can be taken any number of times.

import type { BoxTable, CocoIndex } from './coco-index.ts';
import type { AreaRange } from './coco-types.ts';

/** A detection without a ground truth: wrong, or not counted where its own area is outside of the range. */
export const UNMATCHED = 0;
/** A detection that found a ground truth. */
export const MATCHED = 1;
/** A detection that found a ground truth which does not count. */
export const MATCHED_IGNORED = 2;

/** What `matchCoco` needs beside the boxes. */
export interface CocoMatchOptions {
  readonly iouThresholds: readonly number[];
  readonly areaRanges: readonly AreaRange[];
  readonly maxDetections: number;
}

/** The outcome for every detection. */
export interface CocoMatches {
  /** `UNMATCHED`, `MATCHED` or `MATCHED_IGNORED` `[A, T, detections]`. */
  readonly outcomes: Uint8Array;
  /** Position of each detection among those of its image and category, from 0. */
  readonly ranks: Int32Array;
  /** 1 where a ground truth does not count `[A, ground truths]`. */
  readonly ignored: Uint8Array;
}

/** Matches all detections with all ground truths, image by image and category by category. */
export function matchCoco(index: CocoIndex, options: CocoMatchOptions): CocoMatches {
  const { detections, groundTruths } = index;
  const { areaRanges, iouThresholds, maxDetections } = options;
  const state: MatchState = {
    index,
    options,
    // An IoU of exactly 1 must reach a threshold of 1 in spite of rounding.
    thresholds: Float64Array.from(iouThresholds, (threshold) => Math.min(threshold, 1 - 1e-10)),
    outcomes: new Uint8Array(areaRanges.length * iouThresholds.length * detections.count),
    ignored: ignoredGroundTruths(groundTruths, areaRanges),
    taken: new Int32Array(groundTruths.count),
    rounds: 0,
    candidates: { offsets: new Int32Array(detections.count + 1), rows: new Int32Array(1024), overlaps: new Float64Array(1024) },
  };
  const ranks = new Int32Array(detections.count);
  let truth = 0;
  let start = 0;
  while (start < detections.count) {
    const end = groupEnd(detections, start, ranks);
    const group = detections.groups[start]!;
    while (truth < groundTruths.count && groundTruths.groups[truth]! < group) truth++;
    const firstTruth = truth;
    while (truth < groundTruths.count && groundTruths.groups[truth] === group) truth++;
    if (truth > firstTruth) matchGroup(state, { start, end: Math.min(end, start + maxDetections), firstTruth, lastTruth: truth });
    start = end;
  }
  return { outcomes: state.outcomes, ranks, ignored: state.ignored };
}

interface MatchState {
  readonly index: CocoIndex;
  readonly options: CocoMatchOptions;
  readonly thresholds: Float64Array;
  readonly outcomes: Uint8Array;
  readonly ignored: Uint8Array;
  /** The last round in which each ground truth was taken; a round is one area range and threshold of one group. */
  readonly taken: Int32Array;
  rounds: number;
  readonly candidates: Candidates;
}

/** Per detection of a group the ground truths that reach the smallest threshold, in order; those of detection `d` start at `offsets[d - start]`. */
interface Candidates {
  readonly offsets: Int32Array;
  rows: Int32Array;
  overlaps: Float64Array;
}

/** The rows of one image and category: `[start, end)` of the detections and `[firstTruth, lastTruth)` of the ground truths. */
interface Group {
  readonly start: number;
  readonly end: number;
  readonly firstTruth: number;
  readonly lastTruth: number;
}

function ignoredGroundTruths(groundTruths: BoxTable, areaRanges: readonly AreaRange[]): Uint8Array {
  const { count, areas, ignored: always } = groundTruths;
  const ignored = new Uint8Array(areaRanges.length * count);
  areaRanges.forEach(({ min, max }, range) => {
    for (let row = 0; row < count; row++) {
      const area = areas[row]!;
      if (always[row] === 1 || area < min || area > max) ignored[range * count + row] = 1;
    }
  });
  return ignored;
}

function groupEnd(detections: BoxTable, start: number, ranks: Int32Array): number {
  const { groups, count } = detections;
  let end = start;
  while (end < count && groups[end] === groups[start]) {
    ranks[end] = end - start;
    end++;
  }
  return end;
}

function matchGroup(state: MatchState, group: Group): void {
  if (findCandidates(state, group) === 0) return;
  const { areaRanges } = state.options;
  for (let range = 0; range < areaRanges.length; range++) {
    for (let threshold = 0; threshold < state.thresholds.length; threshold++) matchRound(state, group, { range, threshold });
  }
}

/** Fills `state.candidates` and returns how many there are. Most pairs of an image do not overlap, so that all rounds together look at few. */
function findCandidates(state: MatchState, group: Group): number {
  const { index, candidates, thresholds } = state;
  const smallest = Math.min(...thresholds);
  reserve(candidates, (group.end - group.start) * (group.lastTruth - group.firstTruth));
  let count = 0;
  for (let detection = group.start; detection < group.end; detection++) {
    candidates.offsets[detection - group.start] = count;
    for (let truth = group.firstTruth; truth < group.lastTruth; truth++) {
      const overlap = cocoOverlap(index, detection, truth);
      if (overlap < smallest) continue;
      candidates.rows[count] = truth;
      candidates.overlaps[count] = overlap;
      count++;
    }
  }
  candidates.offsets[group.end - group.start] = count;
  return count;
}

function reserve(candidates: Candidates, capacity: number): void {
  if (candidates.rows.length >= capacity) return;
  candidates.rows = new Int32Array(capacity * 2);
  candidates.overlaps = new Float64Array(capacity * 2);
}

/** In the order of operations of pycocotools, on `x, y, width, height`, so that thresholds are met by the same boxes. */
function cocoOverlap(index: CocoIndex, detection: number, truth: number): number {
  const { boxes } = index.detections;
  const { boxes: truths, crowd } = index.groundTruths;
  const d = detection * 4;
  const t = truth * 4;
  const dx = boxes[d]!;
  const tx = truths[t]!;
  const dw = boxes[d + 2]!;
  const tw = truths[t + 2]!;
  const width = Math.min(dw + dx, tw + tx) - Math.max(dx, tx);
  if (width <= 0) return 0;
  const dy = boxes[d + 1]!;
  const ty = truths[t + 1]!;
  const dh = boxes[d + 3]!;
  const th = truths[t + 3]!;
  const height = Math.min(dh + dy, th + ty) - Math.max(dy, ty);
  if (height <= 0) return 0;
  const intersection = width * height;
  const area = dw * dh;
  return intersection / (crowd[truth] === 1 ? area : area + tw * th - intersection);
}

function matchRound(state: MatchState, group: Group, round: { readonly range: number; readonly threshold: number }): void {
  const { candidates, ignored, taken, index } = state;
  const { rows, overlaps, offsets } = candidates;
  const { crowd, count } = index.groundTruths;
  const ignoredFrom = round.range * count;
  const outcomesFrom = (round.range * state.thresholds.length + round.threshold) * index.detections.count;
  const threshold = state.thresholds[round.threshold]!;
  const stamp = ++state.rounds;
  for (let detection = group.start; detection < group.end; detection++) {
    const end = offsets[detection - group.start + 1]!;
    let best = -1;
    let bestIgnored = 0;
    let bestOverlap = threshold;
    for (let candidate = offsets[detection - group.start]!; candidate < end; candidate++) {
      const truth = rows[candidate]!;
      if (taken[truth] === stamp && crowd[truth] !== 1) continue;
      const truthIgnored = ignored[ignoredFrom + truth]!;
      const overlap = overlaps[candidate]!;
      // One that counts beats any that does not; among equals the larger overlap wins, and the later one on a tie.
      const counts = best >= 0 && bestIgnored === 1 && truthIgnored === 0;
      if (best >= 0 && bestIgnored === 0 && truthIgnored === 1) continue;
      if (overlap < (counts ? threshold : bestOverlap)) continue;
      best = truth;
      bestIgnored = truthIgnored;
      bestOverlap = overlap;
    }
    if (best < 0) continue;
    taken[best] = stamp;
    state.outcomes[outcomesFrom + detection] = bestIgnored === 1 ? MATCHED_IGNORED : MATCHED;
  }
}
