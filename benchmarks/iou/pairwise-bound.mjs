// Pairwise IoU against what the memory can do: a matrix of n x m doubles cannot be had faster than it is written.

import { pairwiseIou } from '../../packages/iou/dist/index.js';

const SIDE = 3000;

function drawBoxes(largest) {
  const boxes = new Float64Array(SIDE * 4);
  for (let at = 0; at < boxes.length; at += 4) {
    const [x, y] = [Math.random() * 640, Math.random() * 480];
    boxes.set([x, y, x + 4 + Math.random() * largest, y + 4 + Math.random() * largest], at);
  }
  return boxes;
}

/** The smallest time per element in nanoseconds of each job, taken in turn so that other load meets all of them. */
function fastest(jobs) {
  const best = jobs.map(() => Infinity);
  for (let round = 0; round < 60; round++) {
    jobs.forEach((job, index) => {
      const started = performance.now();
      job();
      best[index] = Math.min(best[index], performance.now() - started);
    });
  }
  return best.map((milliseconds) => (milliseconds * 1e6) / (SIDE * SIDE));
}

/** Measures sets of boxes that rarely and often overlap; times in nanoseconds per pair. */
export function measurePairwise() {
  const out = new Float64Array(SIDE * SIDE);
  const source = new Float64Array(SIDE * SIDE).fill(0.5);
  return [100, 640].map((largest) => {
    const [a, b] = [drawBoxes(largest), drawBoxes(largest)];
    const overlapping = pairwiseIou(a, b, { out }).reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / out.length;
    const [fresh, freshBound, reused, copy, fill] = fastest([
      () => pairwiseIou(a, b),
      () => new Float64Array(SIDE * SIDE).fill(0.5),
      () => pairwiseIou(a, b, { out }),
      () => out.set(source),
      () => out.fill(0.5),
    ]);
    return { boxes: SIDE, overlapping, fresh, freshBound, reused, copy, fill };
  });
}
