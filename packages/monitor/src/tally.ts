// What is known of the rollouts of one source in one step, without keeping them: sums and counts that can be added to those of other sources and
// of other processes. Their size depends on the names of metrics and the number of groups, and not on the number of rollouts or the length of
// their texts. `tally-metrics.ts` turns them into metrics. `addRollout` runs for every rollout of a run: it makes no objects, and looks up each
// name once.
import { MonitorError } from './errors.ts';
import {
  addToGroups,
  createGroups,
  createShares,
  mergeGroups,
  mergeShares,
  shareOfGroups,
  type Groups,
  type GroupShares,
} from './groups.ts';
import { addMean, addMeans, addTo, createMean, meanOf, type Mean } from './mean.ts';
import { addQuantiles, addToQuantiles, createQuantiles, type Quantiles } from './quantiles.ts';
import { REFLECTION_WORDS, reflectionWordsIn } from './reflection.ts';
import type { RolloutRecord, ScoredResult } from './record.ts';
import { addSpread, addToSpread, createSpread, type Spread } from './spread.ts';

/** Means over all rollouts, over the right ones and over the wrong ones. A rollout that may be either is in the first only. */
export interface Split {
  readonly all: Mean;
  readonly correct: Mean;
  readonly wrong: Mean;
}

/** Means over the rollouts of a policy that could call tools. */
export interface ToolMeans {
  readonly calls: Mean;
  readonly errors: Mean;
  /** Turns of the policy. */
  readonly turns: Mean;
}

/** The sums of one source. */
export interface Tally {
  rollouts: number;
  scored: number;
  nonFinite: number;
  readonly reward: Spread;
  /** Tokens of the responses. */
  readonly length: Spread;
  readonly lengths: Quantiles;
  /** Milliseconds that scoring took. */
  readonly latency: Spread;
  readonly latencies: Quantiles;
  /** Failures by error code. */
  readonly failures: Map<string, number>;
  readonly components: Map<string, Mean>;
  /** Numbers of verifiers by the name of their metric. */
  readonly verifier: Map<string, Mean>;
  /** The same means by the name that the verifier gave. */
  readonly verifierByKey: Map<string, Mean>;
  /** Tokens of right and wrong responses. */
  readonly lengthIn: Omit<Split, 'all'>;
  readonly truncated: Split;
  /** Rollouts with each of the words, in the order of `REFLECTION_WORDS`. */
  readonly words: Float64Array;
  readonly reflects: Split;
  readonly correctWith: Mean;
  readonly correctWithout: Mean;
  readonly tools: ToolMeans;
  /** Groups of this source by name. */
  readonly groups: Groups;
  /** What is known of the groups of other sources. */
  readonly otherGroups: GroupShares;
}

// A verifier of a third party may put anything into its error codes; they must not fill the memory.
const MAX_CODES = 64;
const OTHER_CODE = 'other';

/** A tally of no rollouts. */
export function createTally(): Tally {
  const split = (): Split => ({ all: createMean(), correct: createMean(), wrong: createMean() });
  return {
    rollouts: 0,
    scored: 0,
    nonFinite: 0,
    reward: createSpread(),
    length: createSpread(),
    lengths: createQuantiles(),
    latency: createSpread(),
    latencies: createQuantiles(),
    failures: new Map(),
    components: new Map(),
    verifier: new Map(),
    verifierByKey: new Map(),
    lengthIn: { correct: createMean(), wrong: createMean() },
    truncated: split(),
    words: new Float64Array(REFLECTION_WORDS.length),
    reflects: split(),
    correctWith: createMean(),
    correctWithout: createMean(),
    tools: { calls: createMean(), errors: createMean(), turns: createMean() },
    groups: createGroups(),
    otherGroups: createShares(),
  };
}

/** Takes a rollout in; `nameOf` says under which name a number of its verifier is followed. */
export function addRollout(tally: Tally, rollout: RolloutRecord, nameOf: (key: string) => string): void {
  const { result, response_tokens: tokens, truncated } = rollout;
  // Before anything is counted, so that a broken record adds nothing.
  if (result.status === 'scored') requireNumbers(result);
  tally.rollouts += 1;
  let correct: boolean | undefined;
  if (result.status === 'failed') countFailure(tally.failures, result.error.code, 1);
  else {
    correct = addScored(tally, result, nameOf);
    addToGroups(tally.groups, rollout.group ?? rollout.sample, { reward: result.reward, correct });
  }
  if (tokens !== undefined) {
    addToSpread(tally.length, tokens);
    addToQuantiles(tally.lengths, tokens);
    if (correct !== undefined) addTo(correct ? tally.lengthIn.correct : tally.lengthIn.wrong, tokens);
  }
  if (truncated !== undefined) addSplit(tally.truncated, truncated ? 1 : 0, correct);
  addWords(tally, reflectionWordsIn(rollout.response), correct);
  addTools(tally.tools, rollout);
}

function addTools({ calls, errors, turns }: ToolMeans, rollout: RolloutRecord): void {
  if (rollout.tool_calls !== undefined) addTo(calls, rollout.tool_calls);
  if (rollout.tool_errors !== undefined) addTo(errors, rollout.tool_errors);
  if (rollout.turns !== undefined) addTo(turns, rollout.turns.filter(({ role }) => role === 'assistant').length);
}

function requireNumbers({ id, components, metrics }: ScoredResult): void {
  requireObject(components, 'components', id);
  requireObject(metrics, 'metrics', id);
}

function requireObject(numbers: unknown, name: string, id: string): void {
  if (typeof numbers === 'object' && numbers !== null) return;
  throw new MonitorError(
    'invalid_record',
    `rollout record: ${name} of result "${id}" is ${String(numbers)}; it must be an object of numbers`,
  );
}

function addWords(tally: Tally, found: number, correct: boolean | undefined): void {
  for (let rest = found, place = 0; rest !== 0; rest >>= 1, place++) if ((rest & 1) === 1) tally.words[place]! += 1;
  addSplit(tally.reflects, found === 0 ? 0 : 1, correct);
  if (correct !== undefined) addTo(found === 0 ? tally.correctWithout : tally.correctWith, correct ? 1 : 0);
}

function addSplit(split: Split, value: number, correct: boolean | undefined): void {
  addTo(split.all, value);
  if (correct !== undefined) addTo(correct ? split.correct : split.wrong, value);
}

function countFailure(failures: Map<string, number>, code: string, count: number): void {
  const name = failures.has(code) || failures.size < MAX_CODES ? code : OTHER_CODE;
  failures.set(name, (failures.get(name) ?? 0) + count);
}

// As in the reference: correct is an accuracy of exactly 1 (of every verifier, where several score a sample). Undefined for verifiers without an
// accuracy.
function addScored(tally: Tally, result: ScoredResult, nameOf: (key: string) => string): boolean | undefined {
  const { reward, components, metrics, elapsed_ms } = result;
  let correct: boolean | undefined;
  let finite = Number.isFinite(reward);
  tally.scored += 1;
  addToSpread(tally.reward, reward);
  if (elapsed_ms !== undefined) {
    addToSpread(tally.latency, elapsed_ms);
    addToQuantiles(tally.latencies, elapsed_ms);
  }
  for (const name of Object.keys(components)) {
    const value = components[name]!;
    addTo(meanOf(tally.components, name), value);
    finite &&= Number.isFinite(value);
    if (name === 'accuracy' || name.endsWith('/accuracy')) correct = correct !== false && value === 1;
  }
  if (!finite) tally.nonFinite += 1;
  for (const key of Object.keys(metrics)) addTo(verifierMean(tally, key, nameOf), metrics[key]!);
  return correct;
}

function verifierMean({ verifier, verifierByKey }: Tally, key: string, nameOf: (key: string) => string): Mean {
  const known = verifierByKey.get(key);
  if (known !== undefined) return known;
  const mean = meanOf(verifier, nameOf(key));
  verifierByKey.set(key, mean);
  return mean;
}

/** Takes in all that the tally of another source has. */
export function addTally(tally: Tally, other: Tally): void {
  addSums(tally, other);
  mergeShares(tally.otherGroups, sharesOf(other));
}

/** Takes in what another process saw of the same source. */
export function mergeTally(tally: Tally, other: Tally): void {
  addSums(tally, other);
  mergeGroups(tally.groups, other.groups);
  mergeShares(tally.otherGroups, other.otherGroups);
}

/** The shares of all groups. */
export function sharesOf({ groups, otherGroups }: Tally): GroupShares {
  const shares = shareOfGroups(groups);
  mergeShares(shares, otherGroups);
  return shares;
}

function addSums(tally: Tally, other: Tally): void {
  tally.rollouts += other.rollouts;
  tally.scored += other.scored;
  tally.nonFinite += other.nonFinite;
  for (const part of ['reward', 'length', 'latency'] as const) addSpread(tally[part], other[part]);
  for (const part of ['lengths', 'latencies'] as const) addQuantiles(tally[part], other[part]);
  for (const [code, count] of other.failures) countFailure(tally.failures, code, count);
  for (const part of ['components', 'verifier'] as const) addMeans(tally[part], other[part]);
  for (const [place, count] of other.words.entries()) tally.words[place]! += count;
  for (const which of ['correct', 'wrong'] as const) addMean(tally.lengthIn[which], other.lengthIn[which]);
  for (const part of ['truncated', 'reflects'] as const) {
    for (const which of ['all', 'correct', 'wrong'] as const) addMean(tally[part][which], other[part][which]);
  }
  for (const part of ['correctWith', 'correctWithout'] as const) addMean(tally[part], other[part]);
  for (const part of ['calls', 'errors', 'turns'] as const) addMean(tally.tools[part], other.tools[part]);
}
