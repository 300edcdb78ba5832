// From rollouts to metric records, per data source and for all sources together (paper section 3.3). Rules that hold for
// every metric: a failed rollout has no reward and is left out of every mean of rewards; a mean over nothing is not emitted
// (the reference emits 0 or NaN); `all` is the mean over rollouts, not over sources. The sums are in `tally.ts`.
import type { Part } from './aggregator-part.ts';
import { readParts, writeParts } from './aggregator-state.ts';
import { ALL_SOURCES, type MetricRecord, type RolloutRecord } from './record.ts';
import { addRollout, addTally, createTally, mergeTally, type Tally } from './tally.ts';
import { tellMetrics } from './tally-metrics.ts';
import { createMetricNames } from './verifier-metric-names.ts';

/** Rollouts go in one by one and are not kept; their metrics come out. */
export interface Aggregator {
  add(rollout: RolloutRecord): void;
  /** The metrics of all steps up to `step` (default: of all), which it then forgets; in the order in which steps and splits were first seen. */
  take(step?: number): MetricRecord[];
  /** All that is held, as JSON. It stays held: call `take` to forget it. */
  serialize(): string;
  /** Takes in what another aggregator has serialized, in this process or another one. Throws MonitorError `invalid_argument` for other text. */
  merge(serialized: string): void;
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
      addRollout(tallyOf(latest, rollout.source), rollout);
    },
    serialize: () => writeParts([...parts.values()]),
    merge(serialized) {
      for (const other of readParts(serialized)) {
        const part = partOf(parts, other);
        for (const [source, tally] of other.sources) mergeTally(tallyOf(part, source), tally);
      }
    },
    take: (last = Infinity) => {
      latest = undefined;
      const records: MetricRecord[] = [];
      for (const [key, part] of parts) {
        if (part.step > last) continue;
        parts.delete(key);
        pushRecords(records, part, nameOf);
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

function partOf(parts: Map<string, Part>, rollout: Pick<RolloutRecord, 'run' | 'step' | 'split'>): Part {
  const { run, step } = rollout;
  const split = splitOf(rollout);
  const key = JSON.stringify([run, step, split]);
  const part = parts.get(key) ?? { run, step, split, sources: new Map<string, Tally>() };
  parts.set(key, part);
  return part;
}

function tallyOf({ sources }: Part, source: string): Tally {
  const known = sources.get(source);
  if (known !== undefined) return known;
  const tally = createTally();
  sources.set(source, tally);
  return tally;
}

function pushRecords(records: MetricRecord[], { run, step, split, sources }: Part, nameOf: (key: string) => string): void {
  const all = createTally();
  for (const tally of sources.values()) addTally(all, tally);
  const bySource = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [source, tally] of [[ALL_SOURCES, all] as const, ...bySource]) {
    tellMetrics(tally, nameOf, (name, value) => records.push({ run, step, source, split, name, value }));
  }
}
