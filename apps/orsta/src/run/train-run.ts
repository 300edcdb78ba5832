/**
 * One training run from its folder: evaluate, train, evaluate, compare. The order of writes makes a run resumable after a kill at any
 * moment: a step's records are on disk before its checkpoint, a resumed run cuts the records back to its checkpoint, and an evaluation that
 * is stored is not made again.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ALL_SOURCES, bufferedSink, createAlarms, createMonitor, jsonlSink, tensorboardSink } from '@vtriune/monitor';
import type { CommandContext } from '../context.ts';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { createLive } from '../report/live.ts';
import { watchSignal } from '../report/no-signal.ts';
import { hashData } from './data-hashes.ts';
import { startEngine } from './engine.ts';
import { evaluateStep } from './evaluate-step.ts';
import { hasFallen } from './collapse.ts';
import { hasEvaluation, readEvaluation } from './evaluations.ts';
import { imageFacts } from './image-facts.ts';
import { changedData, writeManifest } from './manifest.ts';
import { noteGeneration, prepare, type Prepared } from './prepare.ts';
import { reportResult } from './report-result.ts';
import { findPosition, forgetRecords, type RunPosition } from './resume.ts';
import { alarmSink, replayAlarms } from './run-alarms.ts';
import { openRolloutImages } from './rollout-images.ts';
import { withRollouts } from './rollouts.ts';
import { beginRun, inspectRun, runFolder, type FoundRun, type RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import { evaluates, type Run } from './run.ts';
import { trainSteps } from './train-steps.ts';

/** What the file system says of a disk, a quota or a file system that takes nothing more. */
const UNWRITABLE: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG']);

/** Where a run goes and whether it goes on. */
export interface TrainRunOptions {
  readonly runsDir: string;
  readonly resume: boolean;
  readonly context: CommandContext;
}

/**
 * Trains to the end, or to the first step after Ctrl-C; both leave a checkpoint. Throws `run_exists`, `run_locked`, `diverged`, `unwritable` and
 * what the packages throw.
 */
export async function trainRun(recipe: Recipe, options: TrainRunOptions): Promise<void> {
  const { context } = options;
  const folder = runFolder(resolve(context.cwd, options.runsDir, recipe.name));
  // A recipe that cannot start leaves no folder.
  const early = existsSync(folder.root) ? undefined : await prepare(recipe, context.cwd);
  await mkdir(folder.root, { recursive: true });
  const lock = await lockRun(folder.root);
  try {
    const found = await inspectRun(recipe, folder, options.resume);
    if (options.resume && !found.resumed) context.output(`${folder.root} holds no run to resume; starting it.\n`);
    await startRun(recipe, { folder, context, found, prepared: early ?? (await prepare(recipe, context.cwd)) });
  } catch (cause) {
    throw nameUnwritable(cause, folder.root);
  } finally {
    await lock.release();
  }
}

/** The file system's errors name no file: it is the run folder that was written to. */
function nameUnwritable(cause: unknown, root: string): unknown {
  const reason = fileSystemError(cause);
  if (reason === undefined) return cause;
  return new OrstaError(
    'unwritable',
    `A file of ${root} cannot be written: ${reason.message}. Make room on its disk, then go on with --resume.`,
    { cause },
  );
}

/** The error that the file system gave, which a sink may have wrapped; undefined for any other. */
function fileSystemError(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && UNWRITABLE.has(error.code) ? error : fileSystemError(error.cause);
}

/** What a run starts with. */
interface RunStart {
  readonly folder: RunFolder;
  readonly context: CommandContext;
  readonly found: FoundRun;
  readonly prepared: Prepared;
}

async function startRun(recipe: Recipe, { folder, context, found, prepared }: RunStart): Promise<void> {
  const live = createLive(context);
  const position = await findPosition(folder);
  for (const warning of position.warnings) live.line(warning);
  refuseShorter(recipe, position);
  noteGeneration(prepared.processor, context.notice);
  const { engine: trainer, backend } = await startEngine(
    { ...recipe, frozen: recipe.trainer.freeze, objective: recipe.trainer.objective, plugins: prepared.plugins },
    prepared.processor,
    position.snapshot,
  );
  const engine = withRollouts(trainer, { recipe, processor: prepared.processor, root: folder.root });
  try {
    const data = await hashData(recipe);
    for (const path of await changedData(folder.manifest, data))
      context.notice(`warning: ${path} is not the file that this run began with; the steps from here on learn from its new content\n`);
    await beginRun(recipe, folder);
    if (!hasEvaluation(folder, 0) && position.state.step === 0) await forgetRecords(folder);
    await writeManifest(folder.manifest, recipe, { context, backend, data });
    live.line(
      `${recipe.name}: ${recipe.model.path} on ${backend.name}${backend.kernelPack ? ' with the kernel pack' : ''}, ${String(engine.ranks)} rank(s)`,
    );
    if (recipe.rollout.kind !== 'local') live.line(`responses are sampled by ${recipe.rollout.kind} at ${recipe.rollout.url}`);
    if (found.changes.length > 0) live.line(`changed since the run began: ${found.changes.join(', ')}`);
    if (position.state.step > 0) live.line(`resumed at step ${String(position.state.step)} of ${String(recipe.trainer.steps)}`);
    await withMonitor({ recipe, folder, context, live, prepared, engine }, position);
  } finally {
    await engine.close();
  }
}

async function withMonitor(parts: Omit<Run, 'monitor' | 'images' | 'signal'>, position: RunPosition): Promise<void> {
  const { folder, recipe, live } = parts;
  const images = await openRolloutImages(folder.root, {
    limits: recipe.rolloutImages,
    onProblem: (message) => live.line(`warning: ${message}`),
  });
  const { samples, heldOut } = parts.prepared;
  const prepared = { ...parts.prepared, samples: images.remember(samples), heldOut: images.remember(heldOut) };
  const journal = jsonlSink(folder.root);
  const tensorboard = tensorboardSink(folder.tensorboard, { imageFolder: folder.root });
  for (const sink of [journal, tensorboard]) sink.truncateAfter(position.state.step);
  // The journal is what a resumed run goes by: where it cannot be written, the run ends. TensorBoard can wait.
  const sinks = [journal, bufferedSink(tensorboard, { onWarning: (message) => live.line(`warning: ${message}`) })];
  const signal = watchSignal(imageFacts(parts));
  const alarms = createAlarms(recipe.alarms, [], (alarm, source) =>
    // What the responses of the whole run were like says nothing of one source.
    alarm === 'no_signal' && source === ALL_SOURCES ? signal.remedy() : undefined,
  );
  const terminal = alarmSink(live);
  const { unwritten } = await replayAlarms(alarms, folder.root);
  for (const sink of [journal, terminal]) await sink.writeAlarms?.(unwritten);
  const monitor = createMonitor({ run: recipe.name, sinks: [...sinks, terminal], alarms });
  try {
    await trainAndEvaluate({ ...parts, prepared, monitor, images, signal }, position);
  } finally {
    await monitor.close();
  }
}

async function trainAndEvaluate(run: Run, position: RunPosition): Promise<void> {
  const { folder, recipe, context, live } = run;
  // Later the weights are no longer the base's.
  if (evaluates(run) && position.state.step === 0 && !hasEvaluation(folder, 0)) await evaluateStep(run, 0);
  const { signal } = context;
  if (!signal.aborted) await trainSteps(run, position);
  if (signal.aborted) {
    live.line(
      `stopped; go on with: orsta train ${folder.recipe} --run-name ${recipe.name} --runs-dir ${resolve(folder.root, '..')} --resume`,
    );
    return;
  }
  const { steps } = recipe.trainer;
  // A run that was stopped between its last step and the evaluation after it.
  if (evaluates(run) && !hasEvaluation(folder, steps)) await evaluateStep(run, steps);
  if (signal.aborted) return;
  await reportResult(run, evaluates(run));
  if (recipe.stopOnCollapse && evaluates(run)) await refuseRuined(folder, steps);
}

/** Throws `diverged` where the policy fails at what the base could do, also after steps that were too few to show it. */
async function refuseRuined(folder: RunFolder, steps: number): Promise<void> {
  if (!hasEvaluation(folder, 0)) return;
  const [before, after] = (await Promise.all([readEvaluation(folder, 0), readEvaluation(folder, steps)])).map(({ samples }) =>
    samples.map(({ lenient }) => lenient),
  );
  if (before === undefined || after === undefined || !hasFallen(before, after)) return;
  throw new OrstaError(
    'diverged',
    'The policy answers next to nothing of what the base answers, see the table: training has ruined it. Lower trainer.learningRate and start a new run. stopOnCollapse=false leaves this unsaid.',
  );
}

function refuseShorter({ trainer }: Recipe, { state }: RunPosition): void {
  if (state.step <= trainer.steps) return;
  throw new OrstaError(
    'run_exists',
    `This run has done ${String(state.step)} steps and trainer.steps is ${String(trainer.steps)}. Give at least ${String(state.step)}, or start a new run with --run-name.`,
  );
}
