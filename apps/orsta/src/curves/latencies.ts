import type { MetricInput, RolloutRecord } from '@vtriune/monitor';

/** How long callers waited, per step, source and split. */
export interface Latencies {
  /** The split left out is `train`. */
  add(of: Pick<RolloutRecord, 'step' | 'source' | 'split'>, milliseconds: number): void;
  /** The metrics of all steps up to `step`, which are then forgotten. */
  take(step: number): MetricInput[];
}

interface Entry {
  readonly step: number;
  readonly source: string;
  readonly split: string;
  sum: number;
  count: number;
  max: number;
}

/** No latencies yet. */
export function createLatencies(): Latencies {
  const entries = new Map<string, Entry>();
  return {
    add: ({ step, source, split = 'train' }, milliseconds) => {
      const key = JSON.stringify([step, source, split]);
      const entry = entries.get(key) ?? { step, source, split, sum: 0, count: 0, max: 0 };
      entries.set(key, entry);
      entry.sum += milliseconds;
      entry.count += 1;
      entry.max = Math.max(entry.max, milliseconds);
    },
    take: (last) => {
      const taken = [...entries].filter(([, { step }]) => step <= last);
      for (const [key] of taken) entries.delete(key);
      return taken.flatMap(([, { step, source, split, sum, count, max }]) => [
        { step, source, split, name: 'time/reward_latency_ms_mean', value: sum / count },
        { step, source, split, name: 'time/reward_latency_ms_max', value: max },
      ]);
    },
  };
}
