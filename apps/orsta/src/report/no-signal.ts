/**
 * Why there is no signal. A group whose responses all have the same reward teaches nothing; the alarm `no_signal` says so, and this which setting
 * is most likely wrong, from what the responses were like.
 */
import type { StepReport } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import { groupOf } from '../run/step-records.ts';

type Rollouts = StepReport<RewardResult>['rollouts'];

/** What a step says about its own signal. */
export interface StepSignal {
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

/** Steps that are looked at together. */
const WINDOW = 5;

/** The last steps of a run. */
export interface SignalWatch {
  add(signal: StepSignal): void;
  /** What to change so that there is a signal; undefined before the first step. */
  remedy(): string | undefined;
}

/** A watch that has seen no step. */
export function watchSignal(facts: ImageFacts): SignalWatch {
  let last: readonly StepSignal[] = [];
  return {
    add: (signal) => void (last = [...last, signal].slice(-WINDOW)),
    remedy: () => (last.length === 0 ? undefined : adviseOn(sumOf(last), facts)),
  };
}

/** The setting that is most likely wrong. */
function adviseOn(sum: StepSignal, facts: ImageFacts): string {
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
export function signalOf(rollouts: Rollouts): StepSignal {
  const scored = rollouts.map(({ outcome }) => outcome).filter((outcome) => outcome.status === 'scored');
  const overlaps = scored.flatMap(({ metrics, reward }) => {
    const overlap = metrics['mean_iou'];
    return typeof overlap === 'number' ? [{ overlap, reward }] : [];
  });
  const times = new Map<string, number>();
  for (const text of rollouts.map(textInGroup)) times.set(text, (times.get(text) ?? 0) + 1);
  return {
    rollouts: rollouts.length,
    truncated: rollouts.filter(({ generation }) => generation.truncated).length,
    rewarded: scored.filter(({ reward }) => reward > 0).length,
    failed: rollouts.length - scored.length,
    boxes: overlaps.length,
    unpaidOverlaps: overlaps.filter(({ overlap, reward }) => overlap > 0 && reward === 0).length,
    repeated: rollouts.filter((rollout) => times.get(textInGroup(rollout)) !== 1).length,
  };
}

function textInGroup({ id, response }: Rollouts[number]): string {
  return `${groupOf(id)}\n${response}`;
}

function sumOf(steps: readonly StepSignal[]): StepSignal {
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
