import { thresholdAt, V_TRIUNE_SCHEDULE, type AdaptiveSchedule, type IouSchedule } from '@vtriune/iou';
import { Type, type Static } from 'typebox';
import type { Progress } from '../contract.ts';
import { VerifierError } from '../errors.ts';

const Iou = Type.Number({ minimum: 0, maximum: 1 });

/** A schedule of `@vtriune/iou` as data. */
const ScheduleParameter = Type.Union([
  Type.Object({ kind: Type.Literal('constant'), threshold: Iou }),
  Type.Object({ kind: Type.Literal('stages'), stages: Type.Array(Type.Object({ until: Iou, threshold: Iou }), { minItems: 1 }) }),
  Type.Object({ kind: Type.Union([Type.Literal('linear'), Type.Literal('cosine')]), start: Iou, end: Iou, until: Type.Optional(Iou) }),
  Type.Object({
    kind: Type.Literal('adaptive'),
    levels: Type.Array(Iou, { minItems: 1, description: 'thresholds in ascending order' }),
    raiseAbove: Type.Number({ minimum: 0, exclusiveMaximum: 1, description: 'pass rate of a window above which the level rises' }),
    minimumCount: Type.Optional(Type.Number({ minimum: 1, description: 'rollouts a window needs to count; 1 when absent' })),
  }),
]);

/** `dynamic` (the paper's schedule), `average` (mean over eleven thresholds, 0.5 to 0.99), one IoU, or an own schedule. */
export const IouThreshold = Type.Union([Type.Literal('dynamic'), Type.Literal('average'), Iou, ScheduleParameter], {
  description: 'IoU that a box must reach to be paid; dynamic when absent',
});
export type IouThreshold = Static<typeof IouThreshold>;

/**
 * The threshold in force. A schedule needs the request's progress in training; on the test split it is at its end (0.99 for
 * `dynamic`), so that evaluations before, during and after training measure the same thing.
 *
 * @throws VerifierError `invalid_request` without progress, `invalid_parameters` for a schedule that is not valid.
 */
export function thresholdInForce(
  threshold: IouThreshold,
  at: { progress?: Progress | undefined; split: 'train' | 'test' },
): number | 'average' {
  if (threshold === 'average' || typeof threshold === 'number') return threshold;
  const schedule: IouSchedule = threshold === 'dynamic' ? V_TRIUNE_SCHEDULE : threshold;
  if (schedule.kind === 'adaptive') return adaptiveThreshold(schedule, at);
  const share = schedule.kind === 'constant' || at.split === 'test' ? 1 : progressShare(at.progress);
  return checkedThreshold(() => thresholdAt(schedule, share));
}

function checkedThreshold(read: () => number): number {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VerifierError('invalid_parameters', `iou_threshold: ${reason}`, { cause });
  }
}

// An evaluation is at the highest level, like every other schedule at its end.
function adaptiveThreshold(schedule: AdaptiveSchedule, at: { progress?: Progress | undefined; split: 'train' | 'test' }): number {
  if (at.split === 'test') return checkedThreshold(() => Math.max(thresholdAt(schedule, 1), ...schedule.levels));
  const recorded = at.progress?.recorded;
  if (recorded !== undefined) return checkedThreshold(() => thresholdAt(schedule, 0, recorded));
  const message = `An adaptive IoU threshold depends on what the source has passed so far, and the request says ${JSON.stringify(at.progress ?? null)}. Send progress: { step, total_steps, recorded: [{ passed, count }, ...] }, with an empty list at the start.`;
  throw new VerifierError('invalid_request', message);
}

function progressShare(progress: Progress | undefined): number {
  if (progress === undefined || !(progress.total_steps > 0)) {
    const message = `The IoU threshold depends on training progress, and the request says ${JSON.stringify(progress ?? null)}. Send progress: { step, total_steps } with total_steps above 0, or set verifier_parm.iou_threshold to a number or "average".`;
    throw new VerifierError('invalid_request', message);
  }
  return Math.min(1, Math.max(0, progress.step / progress.total_steps));
}
