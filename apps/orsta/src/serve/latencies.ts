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
  // Results of one source come one after the other.
  let recent: Entry | undefined;
  const entryOf = (step: number, source: string, split: string): Entry => {
    if (recent !== undefined && recent.step === step && recent.source === source && recent.split === split) return recent;
    const key = JSON.stringify([step, source, split]);
    recent = entries.get(key) ?? { step, source, split, sum: 0, count: 0, max: 0 };
    entries.set(key, recent);
    return recent;
  };
  return {
    add: ({ step, source, split = 'train' }, milliseconds) => {
      const entry = entryOf(step, source, split);
      entry.sum += milliseconds;
      entry.count += 1;
      entry.max = Math.max(entry.max, milliseconds);
    },
    take: (last) => {
      const taken = [...entries].filter(([, { step }]) => step <= last);
      for (const [key] of taken) entries.delete(key);
      recent = undefined;
      return taken.flatMap(([, { step, source, split, sum, count, max }]) => [
        { step, source, split, name: 'time/reward_latency_ms_mean', value: sum / count },
        { step, source, split, name: 'time/reward_latency_ms_max', value: max },
      ]);
    },
  };
}
