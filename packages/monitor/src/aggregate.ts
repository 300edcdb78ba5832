// From rollouts to metric records, per data source and for all sources together (paper section 3.3). Rules that hold for
// every metric: a failed rollout has no reward and is left out of every mean of rewards; a mean over nothing is not emitted
// (the reference emits 0 or NaN); `all` is the mean over rollouts, not over sources. The sums are in `tally.ts`.
import { ALL_SOURCES, type MetricRecord, type RolloutRecord } from './record.ts';
import { addRollout, addTally, createTally, metricsOf, type Tally } from './tally.ts';
import { createMetricNames } from './verifier-metric-names.ts';

/** Rollouts go in one by one and are not kept; their metrics come out. */
export interface Aggregator {
  add(rollout: RolloutRecord): void;
  /** The metrics of all steps up to `step` (default: of all), which it then forgets; in the order in which steps and splits were first seen. */
  take(step?: number): MetricRecord[];
}

interface Part {
  readonly run: string;
  readonly step: number;
  readonly split: string;
  readonly sources: Map<string, Tally>;
}

/** An aggregator that has seen nothing. It holds sums for each run, step, split and source, and a few numbers for each group. */
export function createAggregator(): Aggregator {
  const parts = new Map<string, Part>();
  const nameOf = createMetricNames();
  // Rollouts come step by step: the part of the last one is most often that of the next.
  let latest: Part | undefined;
  return {
    add(rollout) {
      latest = latest !== undefined && isOf(latest, rollout) ? latest : partOf(parts, rollout);
      addRollout(tallyOf(latest, rollout.source), rollout, nameOf);
    },
    take: (last = Infinity) => {
      latest = undefined;
      const records: MetricRecord[] = [];
      for (const [key, part] of parts) {
        if (part.step > last) continue;
        parts.delete(key);
        records.push(...recordsOf(part));
      }
      return records;
    },
  };
}

/** The metrics of each run, step and split among the rollouts, per source and for `all`; values are finite. */
export function aggregate(rollouts: readonly RolloutRecord[]): MetricRecord[] {
  const aggregator = createAggregator();
  for (const rollout of rollouts) aggregator.add(rollout);
  return aggregator.take();
}

/** The split of a rollout; left out means `train`. */
export function splitOf(rollout: Pick<RolloutRecord, 'split'>): string {
  return rollout.split ?? 'train';
}

function isOf(part: Part, rollout: RolloutRecord): boolean {
  return part.step === rollout.step && part.run === rollout.run && part.split === splitOf(rollout);
}

function partOf(parts: Map<string, Part>, rollout: RolloutRecord): Part {
  const { run, step } = rollout;
  const split = splitOf(rollout);
  const key = JSON.stringify([run, step, split]);
  const part = parts.get(key) ?? { run, step, split, sources: new Map<string, Tally>() };
  parts.set(key, part);
  return part;
}

function tallyOf({ sources }: Part, source: string): Tally {
  const tally = sources.get(source) ?? createTally();
  sources.set(source, tally);
  return tally;
}

function recordsOf({ run, step, split, sources }: Part): MetricRecord[] {
  const all = createTally();
  for (const tally of sources.values()) addTally(all, tally);
  const bySource = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  return [[ALL_SOURCES, all] as const, ...bySource].flatMap(([source, tally]) =>
    [...metricsOf(tally)].map(([name, value]) => ({ run, step, source, split, name, value })),
  );
}
