// What is known of the rollouts of one source in one step, without keeping them: sums and counts that grow with each rollout, can be added to
// those of other sources, and turn into metrics. The size depends on the names of metrics and the number of groups, and not on the number of
// rollouts or the length of their texts. Names and meanings of the metrics are listed in the README.
import { addMean, addMeans, addTo, createMean, meanOf, valueOf, type Mean, type Metrics } from './mean.ts';
import { REFLECTION_WORDS, reflectionWordsIn } from './reflection.ts';
import type { RolloutRecord, ScoredResult } from './record.ts';

/** Means of one kind over all rollouts, the right and the wrong ones; of the last two is left out of what nobody knows whether it is right. */
interface Split {
  readonly all: Mean;
  readonly correct: Mean;
  readonly wrong: Mean;
}

/** The rewards of one group: only whether they are all the same is followed. */
interface Group {
  readonly first: number;
  scores: number;
  same: boolean;
}

/** The sums of one source. */
export interface Tally {
  rollouts: number;
  scored: number;
  nonFinite: number;
  longest: number;
  readonly reward: Mean;
  readonly components: Map<string, Mean>;
  readonly verifier: Map<string, Mean>;
  readonly length: Split;
  readonly truncated: Split;
  /** Rollouts with each of the words, in the order of `REFLECTION_WORDS`. */
  readonly words: number[];
  readonly reflects: Split;
  readonly correctWith: Mean;
  readonly correctWithout: Mean;
  /** Groups of this source by name. */
  readonly groups: Map<string, Group>;
  /** Of the groups of tallies that were added: which share has one reward only. */
  readonly addedGroups: Mean;
}

// Steps that never end (a trainer that always says the same one) must not fill the memory; groups beyond are not followed.
const MAX_GROUPS = 65_536;

const RESERVED_COMPONENTS = new Set(['total', 'scored', 'failed', 'failed_rate', 'non_finite']);

/** A tally of no rollouts. */
export function createTally(): Tally {
  const split = (): Split => ({ all: createMean(), correct: createMean(), wrong: createMean() });
  return {
    rollouts: 0,
    scored: 0,
    nonFinite: 0,
    longest: -Infinity,
    reward: createMean(),
    components: new Map(),
    verifier: new Map(),
    length: split(),
    truncated: split(),
    words: REFLECTION_WORDS.map(() => 0),
    reflects: split(),
    correctWith: createMean(),
    correctWithout: createMean(),
    groups: new Map(),
    addedGroups: createMean(),
  };
}

/** Takes a rollout in; `nameOf` says under which name a number of its verifier is followed. */
export function addRollout(tally: Tally, rollout: RolloutRecord, nameOf: (key: string) => string): void {
  const { result, response, response_tokens: tokens } = rollout;
  const correct = isCorrect(result);
  const words = reflectionWordsIn(response);
  tally.rollouts += 1;
  tally.longest = Math.max(tally.longest, tokens ?? -Infinity);
  for (const word of words) {
    const place = REFLECTION_WORDS.indexOf(word);
    tally.words[place] = (tally.words[place] ?? 0) + 1;
  }
  addSplit(tally.length, tokens, correct);
  addSplit(tally.truncated, rollout.truncated, correct);
  addSplit(tally.reflects, words.length > 0, correct);
  addTo(words.length > 0 ? tally.correctWith : tally.correctWithout, correct);
  if (result.status === 'failed') return;
  addScored(tally, result, nameOf);
  addToGroup(tally.groups, rollout.group ?? rollout.sample, result.reward);
}

function addSplit(split: Split, value: number | boolean | undefined, correct: boolean | undefined): void {
  addTo(split.all, value);
  if (correct !== undefined) addTo(correct ? split.correct : split.wrong, value);
}

function addScored(tally: Tally, { reward, components, metrics }: ScoredResult, nameOf: (key: string) => string): void {
  tally.scored += 1;
  addTo(tally.reward, reward);
  let finite = Number.isFinite(reward);
  for (const name of Object.keys(components)) {
    addTo(meanOf(tally.components, name), components[name]);
    finite &&= Number.isFinite(components[name]);
  }
  if (!finite) tally.nonFinite += 1;
  for (const key of Object.keys(metrics)) addTo(meanOf(tally.verifier, nameOf(key)), metrics[key]);
}

function addToGroup(groups: Map<string, Group>, key: string, reward: number): void {
  const group = groups.get(key);
  if (group !== undefined) {
    group.scores += 1;
    group.same &&= group.first === reward;
  } else if (groups.size < MAX_GROUPS) groups.set(key, { first: reward, scores: 1, same: true });
}

/** Takes all that the tally of another source has. */
export function addTally(tally: Tally, other: Tally): void {
  tally.rollouts += other.rollouts;
  tally.scored += other.scored;
  tally.nonFinite += other.nonFinite;
  tally.longest = Math.max(tally.longest, other.longest);
  addMean(tally.reward, other.reward);
  addMeans(tally.components, other.components);
  addMeans(tally.verifier, other.verifier);
  other.words.forEach((count, place) => (tally.words[place] = (tally.words[place] ?? 0) + count));
  for (const part of ['length', 'truncated', 'reflects'] as const) {
    for (const which of ['all', 'correct', 'wrong'] as const) addMean(tally[part][which], other[part][which]);
  }
  addMean(tally.correctWith, other.correctWith);
  addMean(tally.correctWithout, other.correctWithout);
  addMean(tally.addedGroups, zeroVariance(other));
}

/** The metrics of a tally that has rollouts; what cannot be measured is not there. */
export function metricsOf(tally: Tally): Metrics {
  const metrics: Metrics = new Map([
    ...rewardMetrics(tally),
    ...lengthMetrics(tally),
    ...reflectionMetrics(tally),
    ...sorted(tally.verifier),
    ['group/zero_variance', valueOf(zeroVariance(tally))],
  ]);
  for (const [name, value] of metrics) if (!Number.isFinite(value)) metrics.delete(name);
  return metrics;
}

function rewardMetrics({ rollouts, scored, reward, components, nonFinite }: Tally): Metrics {
  const metrics: Metrics = new Map([['reward/total', valueOf(reward)]]);
  for (const [component, value] of sorted(components)) {
    metrics.set(RESERVED_COMPONENTS.has(component) ? `reward/component/${component}` : `reward/${component}`, value);
  }
  metrics.set('reward/scored', scored);
  metrics.set('reward/failed', rollouts - scored);
  metrics.set('reward/failed_rate', (rollouts - scored) / rollouts);
  if (nonFinite > 0) metrics.set('reward/non_finite', nonFinite);
  return metrics;
}

function lengthMetrics({ length, longest, truncated }: Tally): Metrics {
  return new Map([
    ['length/mean', valueOf(length.all)],
    ['length/max', longest],
    ['length/truncated', valueOf(truncated.all)],
    ['length/correct_mean', valueOf(length.correct)],
    ['length/wrong_mean', valueOf(length.wrong)],
    ['length/correct_truncated', valueOf(truncated.correct)],
    ['length/wrong_truncated', valueOf(truncated.wrong)],
  ]);
}

function reflectionMetrics({ words, rollouts, reflects, correctWith, correctWithout }: Tally): Metrics {
  return new Map([
    ...REFLECTION_WORDS.map((word, place): [string, number] => [`reflection/${word}`, (words[place] ?? 0) / rollouts]),
    ['reflection/any', valueOf(reflects.all)],
    ['reflection/any_in_correct', valueOf(reflects.correct)],
    ['reflection/any_in_wrong', valueOf(reflects.wrong)],
    ['reflection/correct_with', valueOf(correctWith)],
    ['reflection/correct_without', valueOf(correctWithout)],
  ]);
}

function sorted(means: ReadonlyMap<string, Mean>): [string, number][] {
  return [...means].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, mean]) => [name, valueOf(mean)]);
}

// Groups of one response, or with fewer than two scores, say nothing about variance.
function zeroVariance({ groups, addedGroups }: Tally): Mean {
  const share = { ...addedGroups };
  for (const { scores, same } of groups.values()) if (scores > 1) addTo(share, same);
  return share;
}

// As in the reference: correct is an accuracy of exactly 1 (of every verifier, where several score a sample). Unknown for
// failures and for verifiers without an accuracy.
function isCorrect(result: RolloutRecord['result']): boolean | undefined {
  if (result.status === 'failed') return undefined;
  let correct: boolean | undefined;
  for (const name of Object.keys(result.components)) {
    if (name === 'accuracy' || name.endsWith('/accuracy')) correct = correct !== false && result.components[name] === 1;
  }
  return correct;
}
