/**
 * What the sources of a run have passed so far, which is what an adaptive IoU threshold rises by. A window is one source in one step: its
 * responses that were scored against boxes, and how many of them had a box at or above the threshold. Nothing is stored for it: a
 * resumed run records its steps again, from its rollout records.
 */
import type { RewardRequest, RewardResult } from '@vtriune/verifiers';

/** One window: `passed` of `count` responses reached the threshold in force. */
export interface PassWindow {
  readonly passed: number;
  readonly count: number;
}

/** What was scored in training: one response of a source. */
export interface ScoredResponse {
  readonly source: string;
  readonly result: RewardResult;
}

/** The windows of a run, by source. */
export interface ThresholdHistory {
  /** Windows of a source, oldest first. */
  of(source: string): readonly PassWindow[];
  /** Adds the responses of one step. */
  record(responses: readonly ScoredResponse[]): void;
}

/** A history without windows. */
export function createThresholdHistory(): ThresholdHistory {
  const windows = new Map<string, PassWindow[]>();
  return {
    of: (source) => windows.get(source) ?? [],
    record: (responses) => {
      const step = new Map<string, { passed: number; count: number }>();
      for (const { source, result } of responses) {
        const passed = passedThreshold(result);
        if (passed === undefined) continue;
        const window = step.get(source) ?? { passed: 0, count: 0 };
        step.set(source, { passed: window.passed + (passed ? 1 : 0), count: window.count + 1 });
      }
      for (const [source, window] of step) windows.set(source, [...(windows.get(source) ?? []), window]);
    },
  };
}

/** Whether the threshold of a request depends on what its source has passed. */
export function isAdaptive({ verifier_parm: own, rewards = [] }: RewardRequest): boolean {
  return [own, ...rewards.map((entry) => entry.verifier_parm)].some(
    (parameters) => (parameters as { iou_threshold?: { kind?: unknown } } | undefined)?.iou_threshold?.kind === 'adaptive',
  );
}

/** Components that are above 0 where a box reached the threshold, of `grounding` and of `detection`. */
const PAID_BOXES = ['overlap', 'iou_label_first'];

/** Whether a response reached its threshold; undefined where no box was asked for, or nothing was scored. */
function passedThreshold(result: RewardResult): boolean | undefined {
  if (result.status === 'failed') return undefined;
  const { metrics, components } = result;
  // With several verifiers on one sample their names are put before those of their metrics.
  const prefix = Object.keys(metrics)
    .find((name) => name === 'iou_threshold' || name.endsWith('/iou_threshold'))
    ?.slice(0, -'iou_threshold'.length);
  if (prefix === undefined || metrics[`${prefix}negative_image`] === 1) return undefined;
  return PAID_BOXES.some((name) => {
    const value = components[`${prefix}${name}`];
    return value !== undefined && value > 0;
  });
}
