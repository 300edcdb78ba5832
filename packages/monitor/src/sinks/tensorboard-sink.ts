// TensorBoard event files, which W&B, SwanLab, Aim and trackio can import as well. Each split is a TensorBoard run of its own
// (`<folder>/train`, `<folder>/test`), so that both curves of a metric share a chart; tags are `<metric>/<source>`.
// Rollouts become histograms of rewards and lengths, texts, and images with their boxes (`rollout-values.ts`). Left out: hyperparameters.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MonitorError } from '../errors.ts';
import type { MetricRecord, RolloutRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';
import { rolloutValues } from './rollout-values.ts';
import { encodeEvent, type EventContent, type SummaryValue } from './tensorboard-event.ts';
import { appendWhole } from './write-whole.ts';

/** Options of `tensorboardSink`. */
export interface TensorboardSinkOptions {
  /** Seconds since 1970; default: the clock. */
  readonly now?: () => number;
  /** End of the event file names; default: host name and process id, so that processes do not write to one file. */
  readonly suffix?: string;
  /** Rollouts of each source whose text and image are shown at each step. Default: 1; 0 shows none. */
  readonly rolloutsPerSource?: number;
  /** Folder that `RolloutRecord.images` are relative to. Without it there are no images. */
  readonly imageFolder?: string;
}

/** The sink of a TensorBoard folder. */
export interface TensorboardSink extends Sink {
  writeRollouts(records: readonly RolloutRecord[]): void;
  /** Makes TensorBoard forget what earlier event files hold of steps after `step`; call it when a run resumes, before the first step. */
  truncateAfter(step: number): void;
  close(): void;
}

/** Writes metrics, and what rollouts look like, to event files below `folder`, one new file per split and process. */
export function tensorboardSink(folder: string, options: TensorboardSinkOptions = {}): TensorboardSink {
  const { now = () => Date.now() / 1000, suffix = `${hostname()}.${process.pid}`, rolloutsPerSource = 1, imageFolder } = options;
  const files = new Map<string, number>();
  let resumedAfter: number | undefined;

  const append = (split: string, content: EventContent) => appendWhole(open(split), encodeEvent(content, now()));
  const open = (split: string): number => {
    const existing = files.get(split);
    if (existing !== undefined) return existing;
    const place = join(folder, encodeURIComponent(split).replace(/^\.+$/, '_'));
    mkdirSync(place, { recursive: true });
    const name = `events.out.tfevents.${String(Math.floor(now())).padStart(10, '0')}.${suffix}`;
    const file = openSync(join(place, name), 'a');
    files.set(split, file);
    append(split, { kind: 'version' });
    if (resumedAfter !== undefined) append(split, { kind: 'restart', step: resumedAfter + 1 });
    return file;
  };

  return defineSink({
    name: 'tensorboard',
    write(records: readonly MetricRecord[]) {
      for (const { split, step, values } of stepsOf(records)) append(split, { kind: 'values', step, values });
    },
    writeRollouts(records: readonly RolloutRecord[]) {
      for (const { split, step, values } of rolloutValues(records, { perSource: rolloutsPerSource, imageFolder }))
        append(split, { kind: 'values', step, values });
    },
    truncateAfter(step: number) {
      if (files.size > 0) {
        throw new MonitorError(
          'invalid_argument',
          'truncateAfter: this sink has written already; call it before the first step of a resumed run',
        );
      }
      resumedAfter = step;
    },
    close() {
      for (const file of files.values()) {
        fsyncSync(file);
        closeSync(file);
      }
      files.clear();
    },
  });
}

function stepsOf(records: readonly MetricRecord[]): { split: string; step: number; values: readonly SummaryValue[] }[] {
  const steps = new Map<string, { split: string; step: number; values: SummaryValue[] }>();
  for (const { split, step, name, source, value } of records) {
    const entry = steps.get(`${step} ${split}`) ?? { split, step, values: [] };
    entry.values.push({ tag: `${name}/${source}`, kind: 'scalar', value });
    steps.set(`${step} ${split}`, entry);
  }
  return [...steps.values()];
}
