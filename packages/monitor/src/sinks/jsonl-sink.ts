// metrics.jsonl, rollouts.jsonl and alarms.jsonl of a run folder: the source of truth for everything that shows a run. Lines are appended
// whole and synced, so that a killed process loses nothing it reported; a line torn by a crash is cut off at the next start.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { MonitorError } from '../errors.ts';
import type { AlarmRecord, MetricRecord, RolloutRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';
import { createLineEncoder } from './line-encoder.ts';
import { cutTornLine, dropStepsAfter } from './record-file.ts';
import { appendWhole } from './write-whole.ts';

/** Options of `jsonlSink`. */
export interface JsonlSinkOptions {
  /** `step` (default) waits for the disk after every write, so that even a power cut loses nothing; `close` only at the end. */
  readonly sync?: 'step' | 'close';
}

/** The sink of a run folder. */
export interface JsonlSink extends Sink {
  write(records: readonly MetricRecord[]): void;
  writeRollouts(records: readonly RolloutRecord[]): void;
  writeAlarms(alarms: readonly AlarmRecord[]): void;
  /** Rollouts that are JSON texts already, without newlines; they are not looked at. */
  writeRolloutLines(lines: readonly string[]): void;
  /** Drops all records of steps after `step`: call it when a run resumes from the checkpoint of `step`, so that no step is there twice. */
  truncateAfter(step: number): void;
  close(): void;
}

/** Appends to `metrics.jsonl`, `rollouts.jsonl` and `alarms.jsonl` in `folder`, which is made if absent; repairs torn last lines at once. */
export function jsonlSink(folder: string, options: JsonlSinkOptions = {}): JsonlSink {
  const { sync = 'step' } = options;
  mkdirSync(folder, { recursive: true });
  const metricsPath = join(folder, 'metrics.jsonl');
  const rolloutsPath = join(folder, 'rollouts.jsonl');
  const alarmsPath = join(folder, 'alarms.jsonl');
  const paths = [metricsPath, rolloutsPath, alarmsPath];
  for (const path of paths) cutTornLine(path);
  const files = new Map<string, number>();
  const encode = createLineEncoder();

  const append = (path: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    const file = files.get(path) ?? openSync(path, 'a');
    files.set(path, file);
    appendWhole(file, encode(lines));
    if (sync === 'step') fsyncSync(file);
  };
  const closeFiles = () => {
    for (const file of files.values()) {
      fsyncSync(file);
      closeSync(file);
    }
    files.clear();
  };

  return defineSink({
    name: 'jsonl',
    write: (records: readonly MetricRecord[]) => append(metricsPath, records.map(toLine)),
    writeRollouts: (records: readonly RolloutRecord[]) => append(rolloutsPath, records.map(toLine)),
    writeAlarms: (alarms: readonly AlarmRecord[]) => append(alarmsPath, alarms.map(toLine)),
    writeRolloutLines: (lines: readonly string[]) => append(rolloutsPath, lines),
    truncateAfter(step: number) {
      if (!Number.isInteger(step) || step < 0) {
        throw new MonitorError(
          'invalid_argument',
          `truncateAfter(${step}): a step is a whole number from 0; give the step of the checkpoint`,
        );
      }
      closeFiles();
      for (const path of paths) dropStepsAfter(path, step);
    },
    close: closeFiles,
  });
}

function toLine(record: AlarmRecord | MetricRecord | RolloutRecord): string {
  return JSON.stringify(record);
}
