// From rollouts to metric records, per data source and for all sources together (paper section 3.3). Rules that hold for
// every metric: a failed rollout has no reward and is left out of every mean of rewards; a mean over nothing is not emitted
// (the reference emits 0 or NaN); `all` is the mean over rollouts, not over sources. Names and meanings are listed in the README.
import { detectionMetrics, verifierMetrics } from './aggregate-verifier-metrics.ts';
import { mean, share, type Metrics } from './mean.ts';
import { REFLECTION_WORDS, reflectionWordsIn } from './reflection.ts';
import { ALL_SOURCES, type MetricRecord, type RolloutRecord, type ScoredResult } from './record.ts';

const RESERVED_COMPONENTS = new Set(['total', 'scored', 'failed', 'failed_rate', 'non_finite']);

/** The metrics of each run, step and split among the rollouts, per source and for `all`; values are finite. */
export function aggregate(rollouts: readonly RolloutRecord[]): MetricRecord[] {
  const judged = rollouts.map((rollout) => ({ rollout, words: new Set(reflectionWordsIn(rollout.response)), correct: isCorrect(rollout) }));
  const parts = groupBy(judged, ({ rollout }) => JSON.stringify([rollout.run, rollout.step, splitOf(rollout)]));
  return [...parts.values()].flatMap((part) => {
    const bySource = [...groupBy(part, ({ rollout }) => rollout.source)].sort(([a], [b]) => (a < b ? -1 : 1));
    return [[ALL_SOURCES, part] as const, ...bySource].flatMap(([source, members]) => recordsOf(source, members));
  });
}

/** The split of a rollout; left out means `train`. */
export function splitOf(rollout: Pick<RolloutRecord, 'split'>): string {
  return rollout.split ?? 'train';
}

/** A rollout with what is worth finding out only once. */
interface Judged {
  readonly rollout: RolloutRecord;
  readonly words: ReadonlySet<string>;
  readonly correct: boolean | undefined;
}

function recordsOf(source: string, judged: readonly Judged[]): MetricRecord[] {
  const [first] = judged;
  if (first === undefined) return [];
  const { run, step } = first.rollout;
  const split = splitOf(first.rollout);
  return [...metricsOf(judged)].map(([name, value]) => ({ run, step, source, split, name, value }));
}

function metricsOf(judged: readonly Judged[]): Metrics {
  const rollouts = judged.map(({ rollout }) => rollout);
  const scored = rollouts.map((rollout) => rollout.result).filter((result) => result.status === 'scored');
  const metrics: Metrics = new Map([
    ...rewardMetrics(rollouts.length, scored),
    ...lengthMetrics(judged),
    ...reflectionMetrics(judged),
    ...detectionMetrics(scored),
    ...verifierMetrics(scored),
    ...groupMetrics(rollouts),
  ]);
  for (const [name, value] of metrics) if (!Number.isFinite(value)) metrics.delete(name);
  return metrics;
}

function rewardMetrics(total: number, scored: readonly ScoredResult[]): Metrics {
  const metrics: Metrics = new Map([['reward/total', mean(scored.map((result) => result.reward))]]);
  const components = new Set(scored.flatMap((result) => Object.keys(result.components)));
  for (const component of [...components].sort()) {
    const name = RESERVED_COMPONENTS.has(component) ? `reward/component/${component}` : `reward/${component}`;
    metrics.set(name, mean(scored.map((result) => result.components[component])));
  }
  metrics.set('reward/scored', scored.length);
  metrics.set('reward/failed', total - scored.length);
  metrics.set('reward/failed_rate', (total - scored.length) / total);
  const nonFinite = scored.filter((result) =>
    [result.reward, ...Object.values(result.components)].some((value) => !Number.isFinite(value)),
  );
  if (nonFinite.length > 0) metrics.set('reward/non_finite', nonFinite.length);
  return metrics;
}

function lengthMetrics(judged: readonly Judged[]): Metrics {
  const correct = judged.filter((member) => member.correct === true);
  const wrong = judged.filter((member) => member.correct === false);
  const lengths = (members: readonly Judged[]) => members.map(({ rollout }) => rollout.response_tokens);
  const truncated = (members: readonly Judged[]) => share(members.map(({ rollout }) => rollout.truncated));
  return new Map([
    ['length/mean', mean(lengths(judged))],
    ['length/max', lengths(judged).reduce((longest: number, length) => Math.max(longest, length ?? -Infinity), -Infinity)],
    ['length/truncated', truncated(judged)],
    ['length/correct_mean', mean(lengths(correct))],
    ['length/wrong_mean', mean(lengths(wrong))],
    ['length/correct_truncated', truncated(correct)],
    ['length/wrong_truncated', truncated(wrong)],
  ]);
}

function reflectionMetrics(judged: readonly Judged[]): Metrics {
  const metrics: Metrics = new Map(
    REFLECTION_WORDS.map((word) => [`reflection/${word}`, share(judged.map(({ words }) => words.has(word)))]),
  );
  const reflects = (members: readonly Judged[]) => share(members.map(({ words }) => words.size > 0));
  const right = (members: readonly Judged[]) => share(members.map(({ correct }) => correct));
  metrics.set('reflection/any', reflects(judged));
  metrics.set('reflection/any_in_correct', reflects(judged.filter(({ correct }) => correct === true)));
  metrics.set('reflection/any_in_wrong', reflects(judged.filter(({ correct }) => correct === false)));
  metrics.set('reflection/correct_with', right(judged.filter(({ words }) => words.size > 0)));
  metrics.set('reflection/correct_without', right(judged.filter(({ words }) => words.size === 0)));
  return metrics;
}

// Groups of one response, or with fewer than two scores, say nothing about variance.
function groupMetrics(rollouts: readonly RolloutRecord[]): Metrics {
  const groups = [...groupBy(rollouts, (rollout) => JSON.stringify([rollout.source, rollout.group ?? rollout.sample])).values()]
    .map((members) => members.flatMap(({ result }) => (result.status === 'scored' ? [result.reward] : [])))
    .filter((rewards) => rewards.length > 1);
  return new Map([['group/zero_variance', share(groups.map((rewards) => rewards.every((reward) => reward === rewards[0])))]]);
}

// As in the reference: correct is an accuracy of exactly 1 (of every verifier, where several score a sample). Unknown for
// failures and for verifiers without an accuracy.
function isCorrect({ result }: RolloutRecord): boolean | undefined {
  if (result.status === 'failed') return undefined;
  const accuracies = Object.entries(result.components).filter(([name]) => name === 'accuracy' || name.endsWith('/accuracy'));
  return accuracies.length === 0 ? undefined : accuracies.every(([, accuracy]) => accuracy === 1);
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
