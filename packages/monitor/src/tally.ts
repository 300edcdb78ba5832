// What is known of the rollouts of one source in one step, without keeping them: sums and counts that can be added to those of other sources and
// turned into metrics. Their size depends on the names of metrics and the number of groups, and not on the number of rollouts or the length of
// their texts. The README lists the metrics.
import { addToGroups, createGroups, createShares, mergeShares, shareOfGroups, type Groups, type GroupShares } from './groups.ts';
import { addMean, addMeans, addTo, createMean, meanOf, valueOf, type Mean, type Metrics } from './mean.ts';
import { addSpread, addToSpread, centerOf, createSpread, deviationOf, type Spread } from './spread.ts';
import { REFLECTION_WORDS, reflectionWordsIn } from './reflection.ts';
import type { RolloutRecord, ScoredResult } from './record.ts';

/** A mean over all rollouts, over the right ones and over the wrong ones. A rollout that may be either is in the first only. */
interface Split {
  readonly all: Mean;
  readonly correct: Mean;
  readonly wrong: Mean;
}

/** The sums of one source. */
export interface Tally {
  rollouts: number;
  scored: number;
  nonFinite: number;
  longest: number;
  readonly reward: Spread;
  /** Milliseconds that scoring took. */
  readonly latency: Spread;
  /** Failures by error code. */
  readonly failures: Map<string, number>;
  readonly components: Map<string, Mean>;
  readonly verifier: Map<string, Mean>;
  readonly length: Split;
  readonly truncated: Split;
  /** Rollouts with each of the words, in the order of `REFLECTION_WORDS`. */
  readonly words: Float64Array;
  readonly reflects: Split;
  readonly correctWith: Mean;
  readonly correctWithout: Mean;
  /** Groups of this source by name. */
  readonly groups: Groups;
  /** What is known of the groups of other sources. */
  readonly otherGroups: GroupShares;
}

// A verifier of a third party may put anything into its error codes; they must not fill the memory.
const MAX_CODES = 64;
const OTHER_CODE = 'other';

const RESERVED_COMPONENTS = new Set(['total', 'std', 'scored', 'failed', 'failed_rate', 'non_finite']);

/** A tally of no rollouts. */
export function createTally(): Tally {
  const split = (): Split => ({ all: createMean(), correct: createMean(), wrong: createMean() });
  return {
    rollouts: 0,
    scored: 0,
    nonFinite: 0,
    longest: -Infinity,
    reward: createSpread(),
    latency: createSpread(),
    failures: new Map(),
    components: new Map(),
    verifier: new Map(),
    length: split(),
    truncated: split(),
    words: new Float64Array(REFLECTION_WORDS.length),
    reflects: split(),
    correctWith: createMean(),
    correctWithout: createMean(),
    groups: createGroups(),
    otherGroups: createShares(),
  };
}

/** Takes a rollout in; `nameOf` says under which name a number of its verifier is followed. */
export function addRollout(tally: Tally, rollout: RolloutRecord, nameOf: (key: string) => string): void {
  const { result, response, response_tokens: tokens } = rollout;
  const correct = isCorrect(result);
  const words = reflectionWordsIn(response);
  tally.rollouts += 1;
  if (tokens !== undefined) tally.longest = Math.max(tally.longest, tokens);
  for (const word of words) tally.words[REFLECTION_WORDS.indexOf(word)]! += 1;
  addSplit(tally.length, tokens, correct);
  addSplit(tally.truncated, rollout.truncated, correct);
  addSplit(tally.reflects, words.length > 0, correct);
  addTo(words.length > 0 ? tally.correctWith : tally.correctWithout, correct);
  if (result.status === 'failed') return countFailure(tally.failures, result.error.code, 1);
  addScored(tally, result, nameOf);
  addToGroups(tally.groups, rollout.group ?? rollout.sample, { reward: result.reward, correct });
}

function addSplit(split: Split, value: number | boolean | undefined, correct: boolean | undefined): void {
  addTo(split.all, value);
  if (correct !== undefined) addTo(correct ? split.correct : split.wrong, value);
}

function countFailure(failures: Map<string, number>, code: string, count: number): void {
  const name = failures.has(code) || failures.size < MAX_CODES ? code : OTHER_CODE;
  failures.set(name, (failures.get(name) ?? 0) + count);
}

function addScored(tally: Tally, { reward, components, metrics, elapsed_ms }: ScoredResult, nameOf: (key: string) => string): void {
  tally.scored += 1;
  addToSpread(tally.reward, reward);
  if (elapsed_ms !== undefined) addToSpread(tally.latency, elapsed_ms);
  let finite = Number.isFinite(reward);
  for (const name of Object.keys(components)) {
    addTo(meanOf(tally.components, name), components[name]);
    finite &&= Number.isFinite(components[name]);
  }
  if (!finite) tally.nonFinite += 1;
  for (const key of Object.keys(metrics)) addTo(meanOf(tally.verifier, nameOf(key)), metrics[key]);
}

/** Takes all that the tally of another source has. */
export function addTally(tally: Tally, other: Tally): void {
  tally.rollouts += other.rollouts;
  tally.scored += other.scored;
  tally.nonFinite += other.nonFinite;
  tally.longest = Math.max(tally.longest, other.longest);
  addSpread(tally.reward, other.reward);
  addSpread(tally.latency, other.latency);
  for (const [code, count] of other.failures) countFailure(tally.failures, code, count);
  addMeans(tally.components, other.components);
  addMeans(tally.verifier, other.verifier);
  for (const [place, count] of other.words.entries()) tally.words[place]! += count;
  for (const part of ['length', 'truncated', 'reflects'] as const) {
    for (const which of ['all', 'correct', 'wrong'] as const) addMean(tally[part][which], other[part][which]);
  }
  addMean(tally.correctWith, other.correctWith);
  addMean(tally.correctWithout, other.correctWithout);
  mergeShares(tally.otherGroups, sharesOf(other));
}

/** The metrics of a tally that has rollouts; what cannot be measured is not there. */
export function metricsOf(tally: Tally): Metrics {
  const metrics: Metrics = new Map([
    ...rewardMetrics(tally),
    ...lengthMetrics(tally),
    ...reflectionMetrics(tally),
    ...sorted(tally.verifier),
    ...groupMetrics(tally),
  ]);
  for (const [name, value] of metrics) if (!Number.isFinite(value)) metrics.delete(name);
  return metrics;
}

function rewardMetrics({ rollouts, scored, reward, latency, failures, components, nonFinite }: Tally): Metrics {
  const metrics: Metrics = new Map([
    ['reward/total', centerOf(reward)],
    ['reward/std', deviationOf(reward)],
    ['latency/mean_ms', centerOf(latency)],
    ['latency/max_ms', latency.max],
  ]);
  for (const [component, value] of sorted(components)) {
    metrics.set(RESERVED_COMPONENTS.has(component) ? `reward/component/${component}` : `reward/${component}`, value);
  }
  metrics.set('reward/scored', scored);
  metrics.set('reward/failed', rollouts - scored);
  metrics.set('reward/failed_rate', (rollouts - scored) / rollouts);
  for (const [code, count] of [...failures].sort(([a], [b]) => (a < b ? -1 : 1))) metrics.set(`failure/${code}`, count);
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
    ...REFLECTION_WORDS.map((word, place): [string, number] => [`reflection/${word}`, words[place]! / rollouts]),
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

function groupMetrics(tally: Tally): Metrics {
  const { zeroVariance, solved, allCorrect } = sharesOf(tally);
  return new Map([
    ['group/zero_variance', valueOf(zeroVariance)],
    ['group/pass_at_k', valueOf(solved)],
    ['group/all_correct', valueOf(allCorrect)],
  ]);
}

function sharesOf({ groups, otherGroups }: Tally): GroupShares {
  const shares = shareOfGroups(groups);
  mergeShares(shares, otherGroups);
  return shares;
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
