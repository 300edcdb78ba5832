import { MonitorError } from '../errors.ts';
import { ALL_SOURCES, TIME_OF_STEP, type MetricRecord } from '../record.ts';
import { parsePythonJson } from './python-json.ts';

/** Options of every importer. */
export interface ImportOptions {
  /** Name of the run that the records are put under. */
  readonly run: string;
}

/** What an importer found. */
export interface Imported {
  /** In the order of the file. */
  readonly records: readonly MetricRecord[];
  /** Entries that are no metric: texts, and numbers that are not finite. */
  readonly skipped: number;
  /** Lines or events that are cut off or damaged, as a killed writer leaves them. */
  readonly damaged: number;
}

/** Where a number belongs. Left out: `source` is `all`, `split` is `train`. */
export interface Place {
  readonly name: string;
  readonly source?: string;
  readonly split?: string;
}

/** Collects records. */
export interface Collector {
  /** Takes one number; anything else is counted as skipped. */
  add(step: number, place: Place, value: unknown): void;
  /** Takes the time at which a step was logged, in seconds since 1970; the first of a step counts. */
  addTime(step: number, seconds: unknown): void;
  addDamaged(): void;
  result(): Imported;
}

/** An empty collector. */
export function createCollector({ run }: ImportOptions): Collector {
  const records: MetricRecord[] = [];
  const timed = new Set<number>();
  let skipped = 0;
  let damaged = 0;
  return {
    add(step, { name, source = ALL_SOURCES, split = 'train' }, value) {
      if (typeof value === 'number' && Number.isFinite(value)) records.push({ run, step, source, split, name, value });
      else skipped += 1;
    },
    addTime(step, seconds) {
      if (typeof seconds !== 'number' || !(seconds > 0) || timed.has(step)) return;
      timed.add(step);
      records.push({ run, step, source: ALL_SOURCES, split: 'train', name: TIME_OF_STEP, value: seconds });
    },
    addDamaged: () => void (damaged += 1),
    result: () => ({ records, skipped, damaged }),
  };
}

/** A step as a whole number from 0, or undefined. */
export function stepOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The objects of a file that has one on each line. `onDamaged` is called for a line that is no object; a file without any object is refused. */
export function objectsIn(text: string, { format, onDamaged }: { format: string; onDamaged: () => void }): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const objects = lines.flatMap((line) => {
    const value = tryParse(line);
    if (isRecord(value)) return [value];
    onDamaged();
    return [];
  });
  if (objects.length === 0)
    throw new MonitorError('corrupt_file', `this is no ${format} log: none of its ${lines.length} lines is a JSON object`);
  return objects;
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tryParse(line: string): unknown {
  try {
    return parsePythonJson(line);
  } catch {
    return undefined;
  }
}
