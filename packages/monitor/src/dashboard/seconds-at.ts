import type { Points } from './series.ts';

/** What a run tells of time: how long its steps took, or when each was recorded (seconds since 1970). */
export interface StepTimes {
  readonly durations: Points | undefined;
  readonly times: Points | undefined;
}

/** Seconds of training at a step; undefined where the run tells nothing of time. Durations win, since breaks of the run are not in them. */
export function secondsAt({ durations, times }: StepTimes): ((step: number) => number) | undefined {
  const known =
    durations !== undefined && durations.steps.length > 0 ? summed(durations) : times === undefined ? undefined : elapsed(times);
  if (known === undefined || known.steps.length === 0) return undefined;
  const { steps, values } = known;
  return (step) => {
    // A step that tells nothing, such as the evaluation before training, is where the last one before it ended.
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle]! <= step) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : values[low - 1]!;
  };
}

function summed({ steps, values }: Points): Points {
  let total = 0;
  return { steps, values: values.map((value) => (total += value)) };
}

/** Seconds since the first step. Where the clock was set back, time does not go on. */
function elapsed({ steps, values }: Points): Points {
  const [first = 0] = values;
  let last = 0;
  return { steps, values: values.map((value) => (last = Math.max(last, value - first))) };
}
