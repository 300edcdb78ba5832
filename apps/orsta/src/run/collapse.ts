/**
 * Tells when a policy has collapsed: its responses earn next to nothing, step after step, though they did before. Weights that training has
 * ruined can be finite, so that nothing else ends such a run.
 *
 * A response earns its reward, or its mean IoU where that is higher: a threshold that rises takes rewards from boxes that are no worse. A step
 * is poor where its groups earn less than a quarter of the mean before. Poor steps in a row count once chance no longer explains them.
 */
import type { RewardResult } from '@vtriune/verifiers';

/** Share of the mean before below which a group, or a step, is poor. */
const POOR = 0.25;
/** Fewer poor steps in a row are not judged. */
const LEAST_STEPS = 3;
/** How likely so many poor groups may be under the policy of before. */
const CHANCE = 1e-6;
/** Groups that the mean before is taken of, the newest ones. */
const BASELINE = 2000;

/** A policy that earns next to nothing. */
export interface Collapse {
  /** The first of the poor steps. */
  readonly since: number;
  /** Mean that a response earned before, and in the poor steps. */
  readonly before: number;
  readonly now: number;
}

/** Watches a run for a collapse. */
export interface CollapseWatch {
  /** Adds a step: what the responses of each group earned on average. */
  add(step: number, groups: readonly number[]): void;
  /** The first of the newest steps that were all poor; undefined where the newest was not. */
  poorSince(): number | undefined;
  /** The collapse; undefined where there is none, or where chance explains the poor steps. */
  collapse(): Collapse | undefined;
}

/** A watch that has seen no step. */
export function watchCollapse(): CollapseWatch {
  let before: readonly number[] = [];
  let poor: { since: number; steps: number; groups: readonly number[] } | undefined;
  return {
    add(step, groups) {
      // Without a score nothing is known.
      if (groups.length === 0) return;
      if (before.length > 0 && meanOf(groups) < POOR * meanOf(before)) {
        const { since, steps, groups: earlier } = poor ?? { since: step, steps: 0, groups: [] };
        poor = { since, steps: steps + 1, groups: [...earlier, ...groups] };
      } else {
        before = [...before, ...(poor?.groups ?? []), ...groups].slice(-BASELINE);
        poor = undefined;
      }
    },
    poorSince: () => poor?.since,
    collapse() {
      if (poor === undefined || poor.steps < LEAST_STEPS || !hasFallen(before, poor.groups)) return undefined;
      return { since: poor.since, before: meanOf(before), now: meanOf(poor.groups) };
    },
  };
}

/** Whether the second ones earn less than a quarter of the first ones on average, by more than chance. */
export function hasFallen(before: readonly number[], after: readonly number[]): boolean {
  return before.length > 0 && after.length > 0 && meanOf(after) < POOR * meanOf(before) && chance(before, after) <= CHANCE;
}

/**
 * How likely so many poor groups are under the policy of before. How often its groups are poor is only known from so many of them, and nothing
 * is known in advance: with a uniform prior that makes the count beta-binomial, of which this is the upper tail.
 */
function chance(before: readonly number[], groups: readonly number[]): number {
  const limit = POOR * meanOf(before);
  const poorIn = (some: readonly number[]): number => some.filter((earned) => earned <= limit).length;
  const [a, b] = [poorIn(before) + 1, before.length - poorIn(before) + 1];
  const [all, found] = [groups.length, poorIn(groups)];
  // In logarithms: the probability that all of many groups are poor is too small for a number, that of a few less need not be.
  let log = 0;
  for (let i = 0; i < all; i++) log += Math.log((a + i) / (a + b + i));
  let tail = Math.exp(log);
  for (let count = all; count > found; count--) {
    log += Math.log(((count / (all - count + 1)) * (all - count + b)) / (count - 1 + a));
    tail += Math.exp(log);
  }
  return tail;
}

/** What each group of a step earned on average; groups without a score are left out. */
export function earningsOf(responses: readonly { readonly group: string; readonly result: RewardResult }[]): number[] {
  const groups = new Map<string, number[]>();
  for (const { group, result } of responses) {
    if (result.status === 'failed') continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [earned(result)]);
    else known.push(earned(result));
  }
  return [...groups.values()].map(meanOf);
}

function earned({ reward, metrics }: Extract<RewardResult, { status: 'scored' }>): number {
  const overlaps = Object.entries(metrics).flatMap(([name, value]) => (/(^|\/)mean_iou$/.test(name) ? [value] : []));
  return Math.max(reward, ...overlaps);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
