import type { EvaluatedSample } from './evaluate-policy.ts';

/** Means over some samples, in `[0, 1]`. */
export interface Accuracy {
  readonly samples: number;
  readonly verified: number;
  readonly lenient: number;
  /** Over the box samples; absent where there is none. */
  readonly meanIou?: number;
}

/** An evaluation in numbers. The macro average counts every task the same. */
export interface EvaluationSummary {
  readonly macro: Accuracy;
  readonly tasks: Readonly<Record<string, Accuracy & { readonly sources: Readonly<Record<string, Accuracy>> }>>;
}

/** Means per task and per source, and their macro average over tasks. */
export function summarize(samples: readonly EvaluatedSample[]): EvaluationSummary {
  const tasks = Object.fromEntries(
    groups(samples, ({ task }) => task).map(([task, own]) => {
      const sources = groups(own, ({ source }) => source).sort(([a], [b]) => (a < b ? -1 : 1));
      return [task, { ...accuracyOf(own), sources: Object.fromEntries(sources.map(([source, members]) => [source, accuracyOf(members)])) }];
    }),
  );
  const all = Object.values(tasks);
  const overlaps = all.map(({ meanIou }) => meanIou).filter((value) => value !== undefined);
  return {
    macro: {
      samples: samples.length,
      verified: mean(all.map(({ verified }) => verified)),
      lenient: mean(all.map(({ lenient }) => lenient)),
      ...(overlaps.length === 0 ? {} : { meanIou: mean(overlaps) }),
    },
    tasks,
  };
}

function accuracyOf(samples: readonly EvaluatedSample[]): Accuracy {
  const overlaps = samples.map(({ meanIou }) => meanIou).filter((value) => value !== undefined);
  return {
    samples: samples.length,
    verified: mean(samples.map(({ verified }) => verified)),
    lenient: mean(samples.map(({ lenient }) => lenient)),
    ...(overlaps.length === 0 ? {} : { meanIou: mean(overlaps) }),
  };
}

function groups(samples: readonly EvaluatedSample[], key: (sample: EvaluatedSample) => string): [string, EvaluatedSample[]][] {
  const found = new Map<string, EvaluatedSample[]>();
  for (const sample of samples) {
    const group = found.get(key(sample)) ?? [];
    found.set(key(sample), [...group, sample]);
  }
  return [...found];
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
