/**
 * Records of a trainer that is not ours, as they come over HTTP: JSON lines or a JSON array of metrics, rollouts, and alarms, of one run or of
 * several. The newest steps of a run stay open, because its ranks do not keep step. A step is written when records of a much later one
 * come (`openSteps`), when all ranks have sent `{ "end_step": 3 }`, or when the run is closed.
 */
import { MonitorError } from '../errors.ts';
import type { Monitor } from '../monitor.ts';
import { TIME_OF_STEP } from '../record.ts';
import { parseRecord, recordsIn, type EndStep, type IncomingRecord } from './incoming-record.ts';

/** Options of `createIngest`. */
export interface IngestOptions {
  /** Makes the monitor of a run at its first record. The name has letters, digits, `.`, `_` and `-` only, so that it can be that of a folder. */
  readonly open: (run: string) => Monitor;
  /** Run of the records that name none. Default: `default`. */
  readonly defaultRun?: string;
  /** How many steps of a run take records at once: with 2 a rank may be one step after the others. Default: 2. */
  readonly openSteps?: number;
  /**
   * How far a step may be from the newest step of its run. A record that is farther away is refused: taken for the newest step, a wrong number
   * such as a time would make all later records late. Default: 1,000,000.
   */
  readonly maxStepGap?: number;
  /** Seconds since 1970, for the time of each step; default: the clock. */
  readonly now?: () => number;
  /** Runs that may be open at once; records of further ones are refused. Default: 64. */
  readonly maxRuns?: number;
}

/** What was taken of a body. */
export interface Taken {
  readonly metrics: number;
  readonly rollouts: number;
  readonly alarms: number;
  /** Rollouts that came after their step was written. They are not recorded. */
  readonly late: number;
}

/** Takes records for as many runs as there are. */
export interface Ingest {
  /** Takes the body of a request: all of it, or nothing where a record in it is wrong. Throws MonitorError `invalid_record` with the number of the record. */
  take(body: string): Promise<Taken>;
  /** Writes what is still held and closes the runs. */
  close(): Promise<void>;
}

interface OpenRun {
  readonly monitor: Monitor;
  /** Newest step seen. */
  newest: number;
  /** Last step that was written. */
  written: number;
  /** Ranks that have ended a step which others have not. */
  readonly ended: Map<number, Set<number>>;
}

/** An ingest without runs. */
export function createIngest(options: IngestOptions): Ingest {
  const { open, defaultRun = 'default', openSteps = 2, maxStepGap = 1_000_000, maxRuns = 64, now = secondsNow } = options;
  if (!Number.isSafeInteger(openSteps) || openSteps < 1)
    throw new MonitorError('invalid_argument', `openSteps is ${openSteps}; give how many steps take records at once, at least 1`);
  if (!Number.isSafeInteger(maxStepGap) || maxStepGap < openSteps)
    throw new MonitorError(
      'invalid_argument',
      `maxStepGap is ${maxStepGap}; give a whole number of steps, at least openSteps (${openSteps})`,
    );
  const runs = new Map<string, OpenRun>();
  return {
    async take(body) {
      const records = recordsIn(body).map((value, index) => parseRecord(value, { place: index + 1, defaultRun }));
      const names = new Set(records.map(({ run }) => run));
      const added = [...names].filter((name) => !runs.has(name));
      if (runs.size + added.length > maxRuns)
        throw new MonitorError(
          'invalid_record',
          `${maxRuns} runs are open, and "${added[0]}" is one more; close this service to end them, or use their names`,
        );
      refuseGaps(records, runs, maxStepGap);
      for (const name of added) runs.set(name, { monitor: open(name), newest: -1, written: -1, ended: new Map() });
      const taken = { metrics: 0, rollouts: 0, alarms: 0, late: 0 };
      for (const [name, run] of runs) {
        const own = records.filter((record) => record.run === name);
        if (own.length > 0) await takeInto(run, { records: own, openSteps, taken, now });
      }
      return taken;
    },
    async close() {
      const open = [...runs.values()];
      runs.clear();
      await Promise.all(open.map(({ monitor }) => monitor.close()));
    },
  };
}

/** Throws `invalid_record` for a step that is too far from the newest one of its run, of the records before it or of earlier bodies. */
function refuseGaps(records: readonly IncomingRecord[], runs: ReadonlyMap<string, OpenRun>, maxStepGap: number): void {
  const newest = new Map([...runs].map(([name, run]) => [name, run.newest]));
  records.forEach(({ run, step }, index) => {
    const known = newest.get(run) ?? step;
    if (Math.abs(step - known) > maxStepGap)
      throw new MonitorError(
        'invalid_record',
        `record ${index + 1}: step ${step} of run "${run}" is more than ${maxStepGap} steps from step ${known}, the newest so far; correct the step, or give another \`run\` where that one was wrong`,
      );
    newest.set(run, Math.max(known, step));
  });
}

type Counts = { -readonly [Key in keyof Taken]: Taken[Key] };

function secondsNow(): number {
  return Date.now() / 1000;
}

interface Batch {
  readonly now: () => number;
  readonly records: readonly IncomingRecord[];
  readonly openSteps: number;
  readonly taken: Counts;
}

async function takeInto(run: OpenRun, { records, openSteps, taken, now }: Batch): Promise<void> {
  let end = run.written;
  for (const record of records) {
    if (record.kind === 'end_step') end = Math.max(end, endedBy(run, record));
    else recordOne(run, record, taken);
    if (record.step > run.newest) run.monitor.recordMetrics([{ step: record.step, name: TIME_OF_STEP, value: now() }]);
    run.newest = Math.max(run.newest, record.step);
  }
  end = Math.max(end, run.newest - openSteps);
  // Metrics of a step that is written already are written too, with the next one.
  if (end <= run.written) return;
  run.written = end;
  for (const step of run.ended.keys()) if (step <= end) run.ended.delete(step);
  await run.monitor.endStep(end);
}

/** The step if this was the last rank to end it, else -1. */
function endedBy({ ended }: OpenRun, { step, rank, ranks }: EndStep & { readonly step: number }): number {
  const done = (ended.get(step) ?? new Set()).add(rank);
  ended.set(step, done);
  return done.size >= ranks ? step : -1;
}

function recordOne({ monitor, written }: OpenRun, record: Exclude<IncomingRecord, { kind: 'end_step' }>, taken: Counts): void {
  switch (record.kind) {
    case 'metric':
      monitor.recordMetrics([record.value]);
      taken.metrics += 1;
      break;
    case 'alarm':
      monitor.recordAlarms([record.value]);
      taken.alarms += 1;
      break;
    case 'rollout':
      if (record.step <= written) taken.late += 1;
      else {
        monitor.recordRollouts([record.value]);
        taken.rollouts += 1;
      }
  }
}
