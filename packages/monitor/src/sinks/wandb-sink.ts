// A run folder as W&B keeps one offline, for `wandb sync`. Nothing is sent from here. Left out: rollouts, which stay in the run folder of `jsonlSink`.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { showValue } from '@vtriune/format/show-value';
import { MonitorError } from '../errors.ts';
import type { AlarmRecord, MetricRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';
import { createWandbLog, type WandbLog } from './wandb-log.ts';
import { appendWhole } from './write-whole.ts';

/** Options of `wandbSink`. */
export interface WandbSinkOptions {
  readonly project: string;
  readonly entity?: string;
  /** Id of the run at W&B, of letters, digits, `-` and `_`; give the same one to a run that goes on. Default: eight random characters. */
  readonly id?: string;
  /** Settings that W&B shows beside the curves. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Seconds since 1970; default: the clock. */
  readonly now?: () => number;
}

/** The sink of a folder with W&B's runs. */
export interface WandbSink extends Sink {
  /** Folder of this run, for `wandb sync`; undefined before the first record. */
  folder(): string | undefined;
  close(): void;
}

interface Row {
  readonly step: number;
  /** When its first value came. */
  readonly at: number;
  readonly values: Map<string, number>;
}

interface OpenFile {
  readonly file: number;
  readonly folder: string;
  readonly started: number;
  readonly log: WandbLog;
}

const SEVERITY = { warning: 1, critical: 2 };
const RUN_ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Writes `<folder>/offline-run-<time>-<id>/run-<id>.wandb`, with metrics as `<split>/<metric>/<source>` and alarms as `alarm/<alarm>/<source>` (1 is
 * a warning, 2 is critical). W&B wants all of a step in one row: a step is written when a later one begins, or at the end.
 */
export function wandbSink(folder: string, options: WandbSinkOptions): WandbSink {
  const { id = randomBytes(4).toString('hex'), now = () => Date.now() / 1000 } = options;
  if (!RUN_ID.test(id))
    throw new MonitorError('invalid_argument', `id is ${showValue(id)}; W&B takes up to 128 letters, digits, "-" and "_"`);
  let open: OpenFile | undefined;
  let row: Row | undefined;
  const summary = new Map<string, number>();

  const take = (run: string, step: number, values: Iterable<readonly [string, number]>): void => {
    open ??= openFile({ ...options, folder, id, run, started: now() });
    // W&B drops rows that go back: what comes late joins the row that is open.
    if (row !== undefined && step > row.step) writeRow(open);
    row ??= { step, at: now(), values: new Map() };
    for (const [key, value] of values) row.values.set(key, value);
  };
  const writeRow = ({ log, started }: OpenFile): void => {
    if (row === undefined) return;
    const own = new Map([['_step', row.step], ['_timestamp', row.at], ['_runtime', row.at - started], ...row.values]);
    log.append([{ kind: 'history', step: row.step, values: own }]);
    for (const [key, value] of own) summary.set(key, value);
    row = undefined;
  };
  return defineSink({
    name: 'wandb',
    folder: () => open?.folder,
    write(records: readonly MetricRecord[]) {
      for (const { run, step, split, name, source, value } of records) take(run, step, [[`${split}/${name}/${source}`, value]]);
    },
    writeAlarms(alarms: readonly AlarmRecord[]) {
      for (const { run, step, alarm, source, severity } of alarms) take(run, step, [[`alarm/${alarm}/${source}`, SEVERITY[severity]]]);
    },
    close() {
      if (open === undefined) return;
      writeRow(open);
      open.log.append([
        { kind: 'summary', values: summary },
        { kind: 'exit', runtime: now() - open.started },
      ]);
      fsyncSync(open.file);
      closeSync(open.file);
      open = undefined;
    },
  });
}

interface NewRun extends WandbSinkOptions {
  readonly folder: string;
  readonly id: string;
  readonly run: string;
  readonly started: number;
}

function openFile({ folder, id, run, started, project, entity, config = {} }: NewRun): OpenFile {
  const place = join(folder, `offline-run-${stamp(started)}-${id}`);
  mkdirSync(place, { recursive: true });
  const file = openSync(join(place, `run-${id}.wandb`), 'wx');
  const log = createWandbLog((bytes) => appendWhole(file, bytes));
  log.append([{ kind: 'header' }, { kind: 'run', run: { id, project, entity, name: run, config, startTime: started } }]);
  return { file, folder: place, started, log };
}

/** As W&B writes the beginning of a run: 20260131_235959. */
function stamp(seconds: number): string {
  const [date = '', time = ''] = new Date(seconds * 1000).toISOString().replace(/[-:]/g, '').split(/[T.]/);
  return `${date}_${time}`;
}
