// Sums and counts over the rollouts of one source in one step, so that the rollouts need not be kept. They can be added to those of other sources
// and of other processes. Their size depends on the names of metrics and the number of groups, and not on the number of rollouts or the length of
// their texts. `tally-metrics.ts` turns them into metrics. `addRollout` runs for every rollout of a run: it makes no objects, and looks up each
// name once.
import { MonitorError } from './errors.ts';
import {
  addGroupCounts,
  addToGroups,
  createGroups,
  countGroups,
  createGroupCounts,
  mergeGroups,
  type Groups,
  type GroupCounts,
} from './groups.ts';
import { addMean, addMeans, addTo, createMean, meanOf, type Mean } from './mean.ts';
import { addQuantiles, addToQuantiles, createQuantiles, type Quantiles } from './quantiles.ts';
import { REFLECTION_WORDS, reflectionWordsIn } from './reflection.ts';
import type { RolloutRecord, ScoredResult } from './record.ts';
import { addSpread, addToSpread, createSpread, type Spread } from './spread.ts';

/** Counts of rollouts that have something in common, e.g. of the right ones. */
export interface Counts {
  rollouts: number;
  /** Those that hold a reflection word. */
  reflecting: number;
  /** Those that say whether they were truncated, and those that were. */
  sayTruncated: number;
  truncated: number;
  /** Those whose length is known, and the tokens in them. */
  measured: number;
  tokens: number;
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
  readonly all: Counts;
  /** The right and the wrong rollouts; one that may be either is in neither. */
  readonly correct: Counts;
  readonly wrong: Counts;
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
  /** Numbers of verifiers by the name that the verifier gave. */
  readonly verifier: Map<string, Mean>;
  /** Rollouts with each of the words, in the order of `REFLECTION_WORDS`. */
  readonly words: number[];
  readonly tools: ToolMeans;
  /** Groups of this source by name. */
  readonly groups: Groups;
  /** Counts of the groups of other sources. */
  readonly otherGroups: GroupCounts;
}

// A verifier of a third party may put anything into its error codes; they must not fill the memory.
const MAX_CODES = 64;
const OTHER_CODE = 'other';

/** A tally of no rollouts. */
export function createTally(): Tally {
  return {
    all: createCounts(),
    correct: createCounts(),
    wrong: createCounts(),
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
    words: REFLECTION_WORDS.map(() => 0),
    tools: { calls: createMean(), errors: createMean(), turns: createMean() },
    groups: createGroups(),
    otherGroups: createGroupCounts(),
  };
}

function createCounts(): Counts {
  return { rollouts: 0, reflecting: 0, sayTruncated: 0, truncated: 0, measured: 0, tokens: 0 };
}

/** Adds a rollout. */
export function addRollout(tally: Tally, rollout: RolloutRecord): void {
  const { result, response_tokens: tokens } = rollout;
  // Before anything is counted, so that a broken record adds nothing.
  if (result.status === 'scored') requireNumbers(result);
  let correct: boolean | undefined;
  if (result.status === 'failed') countFailure(tally.failures, result.error.code, 1);
  else {
    correct = addScored(tally, result);
    addToGroups(tally.groups, rollout.group ?? rollout.sample, { reward: result.reward, correct });
  }
  if (tokens !== undefined) {
    addToSpread(tally.length, tokens);
    addToQuantiles(tally.lengths, tokens);
  }
  addTools(tally.tools, rollout);
  const words = reflectionWordsIn(rollout.response);
  for (let rest = words, place = 0; rest !== 0; rest >>= 1, place++) if ((rest & 1) === 1) tally.words[place]! += 1;
  count(tally.all, rollout, words !== 0);
  if (correct !== undefined) count(correct ? tally.correct : tally.wrong, rollout, words !== 0);
}

function count(counts: Counts, { response_tokens: tokens, truncated }: RolloutRecord, reflects: boolean): void {
  counts.rollouts += 1;
  if (reflects) counts.reflecting += 1;
  if (truncated !== undefined) counts.sayTruncated += 1;
  if (truncated === true) counts.truncated += 1;
  if (tokens === undefined || !Number.isFinite(tokens)) return;
  counts.measured += 1;
  counts.tokens += tokens;
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

function countFailure(failures: Map<string, number>, code: string, count: number): void {
  const name = failures.has(code) || failures.size < MAX_CODES ? code : OTHER_CODE;
  failures.set(name, (failures.get(name) ?? 0) + count);
}

// As in the reference: correct is an accuracy of exactly 1 (of every verifier, where several score a sample). Undefined for verifiers without an
// accuracy.
function addScored(tally: Tally, result: ScoredResult): boolean | undefined {
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
  for (const key of Object.keys(metrics)) addTo(meanOf(tally.verifier, key), metrics[key]!);
  return correct;
}

/** Adds the tally of another source. */
export function addTally(tally: Tally, other: Tally): void {
  addSums(tally, other);
  countGroups(tally.otherGroups, other.groups);
}

/** Adds what another process counted for the same source. */
export function mergeTally(tally: Tally, other: Tally): void {
  addSums(tally, other);
  mergeGroups(tally.groups, other.groups);
}

function addSums(tally: Tally, other: Tally): void {
  for (const part of ['all', 'correct', 'wrong'] as const) addCounts(tally[part], other[part]);
  tally.scored += other.scored;
  tally.nonFinite += other.nonFinite;
  for (const part of ['reward', 'length', 'latency'] as const) addSpread(tally[part], other[part]);
  for (const part of ['lengths', 'latencies'] as const) addQuantiles(tally[part], other[part]);
  for (const [code, count] of other.failures) countFailure(tally.failures, code, count);
  for (const part of ['components', 'verifier'] as const) addMeans(tally[part], other[part]);
  for (let place = 0; place < other.words.length; place++) tally.words[place]! += other.words[place]!;
  addGroupCounts(tally.otherGroups, other.otherGroups);
  for (const part of ['calls', 'errors', 'turns'] as const) addMean(tally.tools[part], other.tools[part]);
}

function addCounts(counts: Counts, other: Counts): void {
  counts.rollouts += other.rollouts;
  counts.reflecting += other.reflecting;
  counts.sayTruncated += other.sayTruncated;
  counts.truncated += other.truncated;
  counts.measured += other.measured;
  counts.tokens += other.tokens;
}
