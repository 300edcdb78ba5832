import { splitOf } from './aggregate.ts';
import { MonitorError } from './errors.ts';
import type { AlarmRecord, MetricRecord, RolloutRecord } from './record.ts';

/** The records of one step that are not written yet. */
export interface BufferedStep {
  readonly rollouts: RolloutRecord[];
  readonly metrics: MetricRecord[];
  readonly alarms: AlarmRecord[];
}

/** Holds records until their step is taken out. */
export interface StepBuffer {
  /** Throws MonitorError `late_record` for a step and split whose rollouts were taken out already. */
  addRollout(rollout: RolloutRecord): void;
  addMetric(metric: MetricRecord): void;
  addAlarm(alarm: AlarmRecord): void;
  /** Takes the steps up to `step` out, in ascending order. */
  takeUpTo(step: number): BufferedStep[];
}

/** An empty buffer. */
export function createStepBuffer(): StepBuffer {
  const steps = new Map<number, BufferedStep>();
  const takenUpTo = new Map<string, number>();
  const at = (step: number): BufferedStep => {
    const buffered = steps.get(step) ?? { rollouts: [], metrics: [], alarms: [] };
    steps.set(step, buffered);
    return buffered;
  };
  return {
    addRollout(rollout) {
      const split = splitOf(rollout);
      const taken = takenUpTo.get(split) ?? -1;
      if (rollout.step <= taken) {
        const message = `a rollout of step ${rollout.step} (${split}) came after step ${taken} was written; record rollouts before \`endStep\` of their step`;
        throw new MonitorError('late_record', message);
      }
      at(rollout.step).rollouts.push(rollout);
    },
    addMetric: (metric) => void at(metric.step).metrics.push(metric),
    addAlarm: (alarm) => void at(alarm.step).alarms.push(alarm),
    takeUpTo(last) {
      const numbers = [...steps.keys()].filter((step) => step <= last).sort((a, b) => a - b);
      const taken = numbers.map(at);
      for (const step of numbers) steps.delete(step);
      for (const rollout of taken.flatMap(({ rollouts }) => rollouts)) {
        const split = splitOf(rollout);
        takenUpTo.set(split, Math.max(takenUpTo.get(split) ?? -1, rollout.step));
      }
      return taken;
    },
  };
}
