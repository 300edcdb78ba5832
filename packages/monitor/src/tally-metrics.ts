import { countGroups } from './groups.ts';
import { addMean, meanOf, valueOf, type Mean } from './mean.ts';
import { quantileOf } from './quantiles.ts';
import { REFLECTION_WORDS } from './reflection.ts';
import { centerOf, deviationOf } from './spread.ts';
import type { Tally } from './tally.ts';

/** Takes a metric; a value that is not finite (0 / 0 of nothing counted) means that there is nothing to report. */
type Emit = (name: string, value: number) => void;

// Components of these names would hide a metric of the monitor.
const RESERVED_COMPONENT = /^(?:total|std|scored|failed|failed_rate|non_finite|component\/.*)$/;
const WORD_METRICS = REFLECTION_WORDS.map((word) => `reflection/${word}`);

/**
 * Emits the metrics of a tally that has rollouts, each name once; what cannot be measured is not emitted. The README lists them. `nameOf` gives
 * the metric's name for a number of a verifier.
 */
export function tellMetrics(tally: Tally, nameOf: (key: string) => string, tell: Emit): void {
  const emit: Emit = (name, value) => {
    if (Number.isFinite(value)) tell(name, value);
  };
  rewardMetrics(tally, emit);
  lengthMetrics(tally, emit);
  reflectionMetrics(tally, emit);
  emit('tool/calls', valueOf(tally.tools.calls));
  emit('tool/errors', valueOf(tally.tools.errors));
  emit('length/turns', valueOf(tally.tools.turns));
  for (const [name, mean] of sorted(byMetric(tally.verifier, nameOf))) emit(name, valueOf(mean));
  groupMetrics(tally, emit);
}

function rewardMetrics(
  { all: { rollouts }, scored, reward, latency, latencies, failures, components, nonFinite }: Tally,
  emit: Emit,
): void {
  emit('reward/total', centerOf(reward));
  emit('reward/std', deviationOf(reward));
  emit('latency/mean_ms', centerOf(latency));
  emit('latency/p50_ms', quantileOf(latencies, 0.5));
  emit('latency/p95_ms', quantileOf(latencies, 0.95));
  emit('latency/max_ms', latency.max);
  for (const [name, mean] of sorted(components))
    emit(RESERVED_COMPONENT.test(name) ? `reward/component/${name}` : `reward/${name}`, valueOf(mean));
  emit('reward/scored', scored);
  emit('reward/failed', rollouts - scored);
  emit('reward/failed_rate', (rollouts - scored) / rollouts);
  for (const [code, count] of sorted(failures)) emit(`failure/${code}`, count);
  if (nonFinite > 0) emit('reward/non_finite', nonFinite);
}

function lengthMetrics({ length, lengths, all, correct, wrong }: Tally, emit: Emit): void {
  emit('length/mean', centerOf(length));
  emit('length/std', deviationOf(length));
  emit('length/p50', quantileOf(lengths, 0.5));
  emit('length/p95', quantileOf(lengths, 0.95));
  emit('length/max', length.max);
  emit('length/truncated', all.truncated / all.sayTruncated);
  emit('length/correct_mean', correct.tokens / correct.measured);
  emit('length/wrong_mean', wrong.tokens / wrong.measured);
  emit('length/correct_truncated', correct.truncated / correct.sayTruncated);
  emit('length/wrong_truncated', wrong.truncated / wrong.sayTruncated);
}

function reflectionMetrics({ words, all, correct, wrong }: Tally, emit: Emit): void {
  for (let place = 0; place < WORD_METRICS.length; place++) emit(WORD_METRICS[place]!, words[place]! / all.rollouts);
  emit('reflection/any', all.reflecting / all.rollouts);
  emit('reflection/any_in_correct', correct.reflecting / correct.rollouts);
  emit('reflection/any_in_wrong', wrong.reflecting / wrong.rollouts);
  const [plainCorrect, plainWrong] = [correct.rollouts - correct.reflecting, wrong.rollouts - wrong.reflecting];
  emit('reflection/correct_with', correct.reflecting / (correct.reflecting + wrong.reflecting));
  emit('reflection/correct_without', plainCorrect / (plainCorrect + plainWrong));
}

function groupMetrics({ groups, otherGroups }: Tally, emit: Emit): void {
  const counts = { ...otherGroups };
  countGroups(counts, groups);
  emit('group/zero_variance', counts.same / counts.groups);
  emit('group/pass_at_k', counts.solved / counts.judged);
  emit('group/all_correct', counts.allCorrect / counts.judged);
}

// Several keys may be one metric, e.g. under our name and V-Triune's.
function byMetric(verifier: ReadonlyMap<string, Mean>, nameOf: (key: string) => string): Map<string, Mean> {
  const metrics = new Map<string, Mean>();
  for (const [key, mean] of verifier) addMean(meanOf(metrics, nameOf(key)), mean);
  return metrics;
}

function sorted<Value extends Mean | number>(named: ReadonlyMap<string, Value>): Iterable<[string, Value]> {
  return named.size < 2 ? named : [...named].sort(([a], [b]) => (a < b ? -1 : 1));
}
