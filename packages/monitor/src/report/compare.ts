import { estimate, estimateDifference, type Estimate } from './confidence.ts';
import { rewardBySample } from './held-out.ts';
import type { RolloutRecord } from '../record.ts';

/** What happened to one source between two evaluations. */
export interface ComparisonRow {
  /** `all` for all samples together. */
  readonly source: string;
  readonly before: Estimate | undefined;
  readonly after: Estimate | undefined;
  readonly difference: Estimate | undefined;
  /** Whether the same samples were compared one by one. */
  readonly paired: boolean;
}

/**
 * Mean held-out rewards of two evaluations with 95 % confidence intervals, all samples first and then each source. Samples that both have are
 * compared in pairs, which tells smaller differences apart; without common samples the means are compared.
 */
export function compareEvaluations(before: readonly RolloutRecord[], after: readonly RolloutRecord[]): ComparisonRow[] {
  const left = rewardBySample(before);
  const right = rewardBySample(after);
  const sources = [...new Set([...left.values(), ...right.values()].map(({ source }) => source))].sort();
  const row = (source: string, fits: (one: string) => boolean): ComparisonRow => {
    const rewards = (of: typeof left): number[] => [...of.values()].flatMap((one) => (fits(one.source) ? [one.reward] : []));
    const pairs = [...left].flatMap(([sample, one]) => {
      const other = right.get(sample);
      return other !== undefined && fits(one.source) ? [other.reward - one.reward] : [];
    });
    const paired = pairs.length > 0;
    const difference = paired ? estimate(pairs) : estimateDifference(rewards(left), rewards(right));
    return { source, before: estimate(rewards(left)), after: estimate(rewards(right)), difference, paired };
  };
  return [row('all', () => true), ...sources.map((source) => row(source, (one) => one === source))];
}
