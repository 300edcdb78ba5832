/**
 * Training without signal, said while it happens. A group whose responses all have the same reward teaches nothing; where no group of
 * several steps in a row differs, a setting is wrong, and this says which one. Each advice is given once in a run.
 */
import type { StepReport } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';

type Rollouts = StepReport<RewardResult>['rollouts'];

/** What a step says about its own signal. */
export interface StepSignal {
  /** Whether any group had different rewards. */
  readonly differs: boolean;
  readonly rollouts: number;
  readonly truncated: number;
  /** Rewards that are not 0. */
  readonly rewarded: number;
  readonly failed: number;
  /** Box responses, and those of them that overlap a true box without being paid. */
  readonly boxes: number;
  readonly unpaidOverlaps: number;
  /** Responses equal to another one of their group. */
  readonly repeated: number;
}

/** What the images of a run are resized to, and what the model was made for. */
export interface ImageFacts {
  readonly maxPixels: number;
  /** Absent where it is not known. */
  readonly trainedPixels?: number;
}

/** Steps without a difference before anything is said. */
export const PATIENCE_STEPS = 5;

/** Looks at every step; returns advice when there has been no signal for some steps, else nothing. */
export function watchSignal(facts: ImageFacts): (signal: StepSignal) => string | undefined {
  let silent: StepSignal[] = [];
  const said = new Set<string>();
  return (signal) => {
    silent = signal.differs ? [] : [...silent, signal].slice(-PATIENCE_STEPS);
    if (silent.length < PATIENCE_STEPS) return undefined;
    const advice = adviseOn(sumOf(silent), facts);
    if (said.has(advice)) return undefined;
    said.add(advice);
    return `warning: no group of the last ${String(PATIENCE_STEPS)} steps had different rewards, so nothing is learned. ${advice}`;
  };
}

/** The setting that is most likely wrong. */
function adviseOn(sum: Omit<StepSignal, 'differs'>, facts: ImageFacts): string {
  const { rollouts, truncated, rewarded, boxes, unpaidOverlaps, repeated, failed } = sum;
  if (failed === rollouts) return 'No response could be scored: see the failures above, and run `orsta data validate` on the data.';
  if (truncated > 0.9 * rollouts) return 'Nearly all responses were cut off: raise trainer.maxNewTokens.';
  if (rewarded > 0.9 * rollouts) return 'Nearly every response is right already: use harder samples.';
  if (unpaidOverlaps > 0)
    return `${String(unpaidOverlaps)} of ${String(boxes)} answers overlap a true box, below the IoU threshold: lower it with reward.iouSchedule={kind: linear, start: 0, end: 0.5}.`;
  if (facts.trainedPixels !== undefined && facts.maxPixels > facts.trainedPixels)
    return `Images are up to ${String(facts.maxPixels)} pixels, and this model was trained on ${String(facts.trainedPixels)}: lower data.maxPixels to that.`;
  if (repeated > 0.9 * rollouts) return 'The responses of a group are all the same: raise trainer.temperature or trainer.groupSize.';
  return 'No response is ever right: use easier samples or a better base, raise trainer.groupSize, or check with `orsta data validate` that right answers are paid.';
}

/** Takes from a step what the watch looks at. */
export function signalOf(rollouts: Rollouts, differs: boolean): StepSignal {
  const scored = rollouts.map(({ outcome }) => outcome).filter((outcome) => outcome.status === 'scored');
  const overlaps = scored.flatMap(({ metrics, reward }) => {
    const overlap = metrics['mean_iou'];
    return typeof overlap === 'number' ? [{ overlap, reward }] : [];
  });
  const texts = new Set(rollouts.map(({ id, response }) => `${id.slice(0, id.lastIndexOf('-'))}\n${response}`));
  return {
    differs,
    rollouts: rollouts.length,
    truncated: rollouts.filter(({ generation }) => generation.truncated).length,
    rewarded: scored.filter(({ reward }) => reward > 0).length,
    failed: rollouts.length - scored.length,
    boxes: overlaps.length,
    unpaidOverlaps: overlaps.filter(({ overlap, reward }) => overlap > 0 && reward === 0).length,
    repeated: rollouts.length - texts.size,
  };
}

function sumOf(steps: readonly StepSignal[]): Omit<StepSignal, 'differs'> {
  const total = (pick: (step: StepSignal) => number): number => steps.reduce((sum, step) => sum + pick(step), 0);
  return {
    rollouts: total(({ rollouts }) => rollouts),
    truncated: total(({ truncated }) => truncated),
    rewarded: total(({ rewarded }) => rewarded),
    failed: total(({ failed }) => failed),
    boxes: total(({ boxes }) => boxes),
    unpaidOverlaps: total(({ unpaidOverlaps }) => unpaidOverlaps),
    repeated: total(({ repeated }) => repeated),
  };
}
