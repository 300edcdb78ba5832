/**
 * How far each run is, for rewards that change with training (Dynamic IoU). Most trainers do not tell a reward function their step, so
 * it may be reported to the service beforehand, or counted from the rewards. Nothing is assumed: a run of which nothing is known has
 * no progress, and a verifier that needs it fails. Pure functions; where entries are kept is in `run-state.ts`.
 */
import { ServiceError } from '../service-error.ts';
import { shown } from './protocols/items.ts';

/** How far a run is: `step` of `total_steps`. */
export interface RunProgress {
  readonly step: number;
  readonly total_steps: number;
}

/** What a run says about itself; each member holds until it is said again. */
export interface RunDeclaration {
  /** The step it is at, from 0. It holds until the next one; said together with `rewards_per_step`, counting goes on from it. */
  readonly step?: number;
  readonly total_steps?: number;
  /** Train requests of one step (prompts x responses), for trainers that never say their step: it is then counted. */
  readonly rewards_per_step?: number;
}

/** A run as the service answers for it. */
export interface RunReport extends RunDeclaration {
  /** Train requests answered since counting began. */
  readonly counted: number;
  /** How `step` is known: said by the run, or counted; absent while it is neither. */
  readonly source?: 'reported' | 'inferred';
}

/** What is kept of a run, as JSON. `step` is what was reported or, while counting, the step that counting began from. */
export interface RunEntry extends RunDeclaration {
  readonly counting: boolean;
  /** How many train requests had been answered when counting began. */
  readonly countedBefore: number;
}

/**
 * The entry of a run after a declaration. `answered` is the number of its train requests so far.
 *
 * @throws ServiceError `invalid_body` for a number out of range.
 */
export function declareRun(entry: RunEntry | undefined, declaration: RunDeclaration, answered: number): RunEntry {
  checkDeclaration(declaration);
  const known: RunEntry = entry ?? { counting: false, countedBefore: answered };
  const { step, rewards_per_step: perStep } = declaration;
  // The same declaration once more (every worker of a trainer may make it) does not restart the count.
  const repeated = known.counting && step === undefined && perStep === known.rewards_per_step;
  if (repeated || (step === undefined && perStep === undefined)) return { ...known, ...declaration };
  if (perStep === undefined) return { ...known, ...declaration, counting: false };
  const from = step ?? stepOf(known, answered);
  return { ...known, ...declaration, counting: true, countedBefore: answered, step: from === undefined ? 0 : from };
}

/** Step and total of a request, each its own or else its run's; `undefined` when one of them is not known. */
export function resolveProgress(run: RunReport | undefined, own: Partial<RunProgress> | undefined): RunProgress | undefined {
  const step = own?.step ?? run?.step;
  const total = own?.total_steps ?? run?.total_steps;
  return step === undefined || total === undefined ? undefined : { step, total_steps: total };
}

/** What an entry says after `answered` train requests. */
export function reportRun(entry: RunEntry, answered: number): RunReport {
  const { step: _kept, counting, countedBefore, ...declared } = entry;
  const counted = answered - countedBefore;
  const step = stepOf(entry, answered);
  return step === undefined ? { ...declared, counted } : { ...declared, step, counted, source: counting ? 'inferred' : 'reported' };
}

function stepOf(entry: RunEntry, answered: number): number | undefined {
  const { step, counting, countedBefore, rewards_per_step: perStep, total_steps: total = Infinity } = entry;
  if (!counting || step === undefined || perStep === undefined) return step;
  return Math.min(total, step + Math.floor((answered - countedBefore) / perStep));
}

function checkDeclaration({ step, total_steps: total, rewards_per_step: perStep }: RunDeclaration): void {
  const fail = (name: string, value: unknown, allowed: string): never => {
    throw new ServiceError('invalid_body', `${name} is ${shown(value)}. It must be ${allowed}.`);
  };
  if (step !== undefined && !(Number.isFinite(step) && step >= 0)) fail('step', step, 'a number from 0');
  if (total !== undefined && !(Number.isFinite(total) && total > 0)) fail('total_steps', total, 'a number above 0');
  if (perStep !== undefined && !(Number.isInteger(perStep) && perStep >= 1)) {
    fail('rewards_per_step', perStep, 'a whole number of at least 1: the prompts of one step times the responses to each');
  }
}
