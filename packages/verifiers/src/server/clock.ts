/**
 * Where each run stands, for rewards that change with training (Dynamic IoU). Most trainers do not tell a reward function their
 * step, so it may also be reported to the service by another way, or be counted. Nothing is assumed: a run of which nothing is
 * known has no progress, and a verifier that needs it fails. Kept in memory; after a restart a run must be declared again.
 */
import { ServiceError } from './service-error.ts';
import { shown } from './wires/items.ts';

/** Where a run stands: `step` of `total_steps`. */
export interface RunProgress {
  readonly step: number;
  readonly total_steps: number;
}

/** What a run says about itself; each member stays until it is said again. */
export interface RunDeclaration {
  /** The step it is at, from 0. It holds until the next one; said together with `rewards_per_step`, counting goes on from it. */
  readonly step?: number;
  readonly total_steps?: number;
  /** Train requests of one step (prompts x responses), for trainers that never say their step: it is then counted. */
  readonly rewards_per_step?: number;
}

/** A run as the clock knows it. */
export interface RunClock extends RunDeclaration {
  /** Train requests answered since counting began. */
  readonly counted: number;
  /** How `step` is known: said by the run, or counted; absent while it is neither. */
  readonly source?: 'reported' | 'inferred';
}

/** The progress of every run. */
export interface StepClock {
  /**
   * Takes a run's word; members that it leaves out stay.
   *
   * @throws ServiceError `invalid_body` for a number out of range.
   */
  set(run: string, progress: RunDeclaration): void;
  /**
   * Progress for a train request. Each of step and total_steps by itself: the request's own, else what the run reported, else (the
   * step) what was counted, if the run declared `rewards_per_step`. `undefined` when one of them is not known.
   */
  resolve(run: string, own: Partial<RunProgress> | undefined): RunProgress | undefined;
  /** Answered train requests, failed ones included: the trainer made them all in its step. No effect for a run that was never set. */
  count(run: string, scored: number): void;
  /** What is known of a run; `undefined` for one that was never set. */
  read(run: string): RunClock | undefined;
}

// Names of runs come from outside. The one that was set longest ago is forgotten, and its requests then fail by name.
const MAX_RUNS = 1000;

interface Entry {
  readonly total: number | undefined;
  readonly perStep: number | undefined;
  /** The step as reported or, while counting, the one that counting began from. */
  readonly step: number | undefined;
  readonly counting: boolean;
  /** Since counting began. */
  readonly counted: number;
}

const UNKNOWN: Entry = { total: undefined, perStep: undefined, step: undefined, counting: false, counted: 0 };

/** A clock that knows no run yet. */
export function createStepClock(): StepClock {
  const runs = new Map<string, Entry>();
  return {
    set: (run, progress) => {
      const entry = declare(runs.get(run) ?? UNKNOWN, checkDeclaration(progress));
      runs.delete(run);
      runs.set(run, entry);
      const oldest = runs.keys().next().value;
      if (runs.size > MAX_RUNS && oldest !== undefined) runs.delete(oldest);
    },
    resolve: (run, own) => {
      const entry = runs.get(run) ?? UNKNOWN;
      const step = own?.step ?? stepOf(entry);
      const total = own?.total_steps ?? entry.total;
      return step === undefined || total === undefined ? undefined : { step, total_steps: total };
    },
    count: (run, scored) => {
      const entry = runs.get(run);
      if (entry !== undefined) runs.set(run, { ...entry, counted: entry.counted + scored });
    },
    read: (run) => {
      const entry = runs.get(run);
      return entry === undefined ? undefined : describe(entry);
    },
  };
}

function declare(entry: Entry, { step, total_steps: total = entry.total, rewards_per_step: perStep }: RunDeclaration): Entry {
  // The same declaration once more (every worker of a trainer may make it) does not disturb the count.
  const repeated = entry.counting && step === undefined && perStep === entry.perStep;
  if (perStep === undefined && step === undefined) return { ...entry, total };
  if (repeated) return { ...entry, total };
  if (perStep === undefined) return { ...entry, total, step, counting: false };
  return { total, perStep, step: step ?? stepOf(entry) ?? 0, counting: true, counted: 0 };
}

function stepOf({ step, counting, counted, perStep, total = Infinity }: Entry): number | undefined {
  if (!counting || step === undefined || perStep === undefined) return step;
  return Math.min(total, step + Math.floor(counted / perStep));
}

function describe(entry: Entry): RunClock {
  const { total, perStep, counting, counted } = entry;
  const step = stepOf(entry);
  return {
    ...(step === undefined ? {} : { step }),
    ...(total === undefined ? {} : { total_steps: total }),
    ...(perStep === undefined ? {} : { rewards_per_step: perStep }),
    counted,
    ...(step === undefined ? {} : { source: counting ? 'inferred' : 'reported' }),
  };
}

function checkDeclaration(progress: RunDeclaration): RunDeclaration {
  const { step, total_steps: total, rewards_per_step: perStep } = progress;
  const fail = (name: string, value: unknown, allowed: string): never => {
    throw new ServiceError('invalid_body', `${name} is ${shown(value)}. It must be ${allowed}.`);
  };
  if (step !== undefined && !(Number.isFinite(step) && step >= 0)) fail('step', step, 'a number from 0');
  if (total !== undefined && !(Number.isFinite(total) && total > 0)) fail('total_steps', total, 'a number above 0');
  if (perStep !== undefined && !(Number.isInteger(perStep) && perStep >= 1)) {
    fail('rewards_per_step', perStep, 'a whole number of at least 1: the prompts of one step times the responses to each');
  }
  return progress;
}
