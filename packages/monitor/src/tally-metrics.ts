import { valueOf, type Mean } from './mean.ts';
import { quantileOf } from './quantiles.ts';
import { REFLECTION_WORDS } from './reflection.ts';
import { centerOf, deviationOf } from './spread.ts';
import { sharesOf, type Tally } from './tally.ts';

/** Takes a metric; a value that is not finite means that there is nothing to report. */
type Emit = (name: string, value: number) => void;

// Components of these names would hide a metric of the monitor.
const RESERVED_COMPONENT = /^(?:total|std|scored|failed|failed_rate|non_finite|component\/.*)$/;
const WORD_METRICS = REFLECTION_WORDS.map((word) => `reflection/${word}`);

/** Tells the metrics of a tally that has rollouts, each name once; what cannot be measured is not told. The README lists them. */
export function tellMetrics(tally: Tally, tell: Emit): void {
  const emit: Emit = (name, value) => {
    if (Number.isFinite(value)) tell(name, value);
  };
  rewardMetrics(tally, emit);
  lengthMetrics(tally, emit);
  reflectionMetrics(tally, emit);
  emit('tool/calls', valueOf(tally.tools.calls));
  emit('tool/errors', valueOf(tally.tools.errors));
  emit('length/turns', valueOf(tally.tools.turns));
  for (const [name, mean] of sorted(tally.verifier)) emit(name, valueOf(mean));
  const { zeroVariance, solved, allCorrect } = sharesOf(tally);
  emit('group/zero_variance', valueOf(zeroVariance));
  emit('group/pass_at_k', valueOf(solved));
  emit('group/all_correct', valueOf(allCorrect));
}

function rewardMetrics({ rollouts, scored, reward, latency, latencies, failures, components, nonFinite }: Tally, emit: Emit): void {
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

function lengthMetrics({ length, lengths, lengthIn, truncated }: Tally, emit: Emit): void {
  emit('length/mean', centerOf(length));
  emit('length/std', deviationOf(length));
  emit('length/p50', quantileOf(lengths, 0.5));
  emit('length/p95', quantileOf(lengths, 0.95));
  emit('length/max', length.max);
  emit('length/truncated', valueOf(truncated.all));
  emit('length/correct_mean', valueOf(lengthIn.correct));
  emit('length/wrong_mean', valueOf(lengthIn.wrong));
  emit('length/correct_truncated', valueOf(truncated.correct));
  emit('length/wrong_truncated', valueOf(truncated.wrong));
}

function reflectionMetrics({ words, rollouts, reflects, correctWith, correctWithout }: Tally, emit: Emit): void {
  for (let place = 0; place < WORD_METRICS.length; place++) emit(WORD_METRICS[place]!, words[place]! / rollouts);
  emit('reflection/any', valueOf(reflects.all));
  emit('reflection/any_in_correct', valueOf(reflects.correct));
  emit('reflection/any_in_wrong', valueOf(reflects.wrong));
  emit('reflection/correct_with', valueOf(correctWith));
  emit('reflection/correct_without', valueOf(correctWithout));
}

function sorted<Value extends Mean | number>(named: ReadonlyMap<string, Value>): Iterable<[string, Value]> {
  return named.size < 2 ? named : [...named].sort(([a], [b]) => (a < b ? -1 : 1));
}
