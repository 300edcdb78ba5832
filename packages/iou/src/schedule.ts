// Dynamic IoU reward (arXiv 2505.18129, section 3.2): which IoU a box must reach, as plain data that survives JSON.
// A schedule of progress is a pure function of the share of training done; the adaptive one is a pure function of the
// pass rates a source has recorded. Nothing here keeps state.

/** One stage: the threshold that holds while progress is at most `until`. */
export interface ScheduleStage {
  /** The last progress of the stage, inclusive, in [0, 1]. */
  readonly until: number;
  /** The smallest IoU that pays, in [0, 1]. */
  readonly threshold: number;
}

/** A schedule that depends on progress only; `linear` and `cosine` go from `start` to `end` over the progress `[0, until]` (default 1). */
export type ProgressSchedule =
  | { readonly kind: 'constant'; readonly threshold: number }
  | { readonly kind: 'stages'; readonly stages: readonly ScheduleStage[] }
  | { readonly kind: 'linear' | 'cosine'; readonly start: number; readonly end: number; readonly until?: number };

/** A schedule per source: start at the first level and rise to the next after each recorded window that passes often enough. */
export interface AdaptiveSchedule {
  readonly kind: 'adaptive';
  /** The thresholds in ascending order, each in [0, 1]. */
  readonly levels: readonly number[];
  /** A window raises the level where its pass rate is above this bound, in [0, 1). */
  readonly raiseAbove: number;
  /** The number of rollouts below which a window says too little and is passed over. Default 1. */
  readonly minimumCount?: number;
}

/** Any schedule of an IoU threshold. */
export type IouSchedule = ProgressSchedule | AdaptiveSchedule;

/** What a source recorded over one window of training: its rollouts, and how many of them reached the threshold of that window. */
export interface PassStatistics {
  readonly passed: number;
  readonly count: number;
}

/** The schedule of the paper: 0.85 until 10 % of training, 0.95 until 25 %, then 0.99; the edges belong to the earlier stage. */
export const V_TRIUNE_SCHEDULE = {
  kind: 'stages',
  stages: [
    { until: 0.1, threshold: 0.85 },
    { until: 0.25, threshold: 0.95 },
    { until: 1, threshold: 0.99 },
  ],
} as const satisfies ProgressSchedule;

/**
 * The IoU threshold at a progress in [0, 1] (step / total steps), or for an adaptive schedule the one that follows from
 * the recorded windows of the source, oldest first.
 * Throws a RangeError on a progress outside [0, 1] and on a schedule that is not valid.
 */
export function thresholdAt(schedule: IouSchedule, progress: number, recorded: readonly PassStatistics[] = []): number {
  if (!(progress >= 0 && progress <= 1)) {
    throw new RangeError(`Training progress is ${progress}. It must be in [0, 1]. Pass step / total steps.`);
  }
  switch (schedule.kind) {
    case 'constant':
      return requireIou(schedule.threshold);
    case 'stages':
      return stageAt(schedule.stages, progress);
    case 'linear':
      return interpolate(schedule, Math.min(1, progress / requireSpan(schedule.until)));
    case 'cosine':
      return interpolate(schedule, (1 - Math.cos(Math.PI * Math.min(1, progress / requireSpan(schedule.until)))) / 2);
    case 'adaptive':
      return adaptiveLevel(schedule, recorded);
    default:
      throw unknownKind(schedule);
  }
}

/** The reward of eq. 5: the IoU itself where it is at or above the threshold, else 0. */
export function iouReward(iou: number, threshold: number): number {
  return iou >= threshold ? iou : 0;
}

/** Checks the whole schedule and not only the stage in force, so that a fault shows at the first step. */
function stageAt(stages: readonly ScheduleStage[], progress: number): number {
  const unordered = stages.findIndex((stage, index) => index > 0 && !(stage.until > stages[index - 1]!.until));
  if (unordered >= 0) {
    throw new RangeError(
      `Stage ${unordered} of the schedule ends at ${stages[unordered]?.until}, not after the one before it. Sort the stages by \`until\`.`,
    );
  }
  const end = stages.at(-1)?.until;
  if (end === undefined || !(end >= 1))
    throw new RangeError(`The last stage of the schedule ends at progress ${end}. The stages must reach 1. Add one with \`until\` 1.`);
  for (const { threshold } of stages) requireIou(threshold);
  const stage = stages.find(({ until }) => progress <= until);
  if (stage === undefined) throw new RangeError(`No stage of the schedule covers progress ${progress}. It must be in [0, 1].`);
  return stage.threshold;
}

function interpolate(schedule: { readonly start: number; readonly end: number }, share: number): number {
  const start = requireIou(schedule.start);
  const end = requireIou(schedule.end);
  return share === 1 ? end : start + (end - start) * share;
}

function adaptiveLevel(schedule: AdaptiveSchedule, recorded: readonly PassStatistics[]): number {
  const { levels, raiseAbove, minimumCount = 1 } = schedule;
  if (levels.length === 0 || levels.some((level, index) => index > 0 && !(level >= levels[index - 1]!))) {
    throw new RangeError(
      `The levels of an adaptive schedule are [${levels.join(', ')}]. They must be one or more thresholds in ascending order.`,
    );
  }
  for (const level of levels) requireIou(level);
  if (!(raiseAbove >= 0 && raiseAbove < 1)) {
    throw new RangeError(`An adaptive schedule raises above the pass rate ${raiseAbove}. It must be in [0, 1). Correct \`raiseAbove\`.`);
  }
  const broken = recorded.find(({ passed, count }) => !(passed >= 0 && passed <= count));
  if (broken !== undefined) {
    throw new RangeError(
      `A recorded window has ${broken.passed} of ${broken.count} rollouts passed. Pass counts with 0 <= passed <= count, oldest window first.`,
    );
  }
  const raises = recorded.filter(({ passed, count }) => count >= Math.max(1, minimumCount) && passed / count > raiseAbove).length;
  return levels[Math.min(raises, levels.length - 1)]!;
}

function requireIou(threshold: number): number {
  if (threshold >= 0 && threshold <= 1) return threshold;
  throw new RangeError(`A schedule gives the threshold ${threshold}. An IoU threshold must be in [0, 1]. Correct the schedule.`);
}

function requireSpan(until = 1): number {
  if (until > 0 && until <= 1) return until;
  throw new RangeError(`A schedule ends at progress ${until}. \`until\` must be in (0, 1]. Correct the schedule.`);
}

function unknownKind(schedule: never): RangeError {
  return new RangeError(
    `Unknown schedule ${JSON.stringify(schedule)}. Allowed kinds: constant, stages, linear, cosine, adaptive. Set \`kind\` to one of them.`,
  );
}
