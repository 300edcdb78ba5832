/**
 * One training run from its folder: evaluate, train, evaluate, compare. The order of writes makes a run resumable after a kill at any
 * moment: a step's records are on disk before its checkpoint, a resumed run cuts the records back to its checkpoint, and an evaluation that
 * is stored is not made again.
 */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createMonitor, jsonlSink, tensorboardSink, type Monitor } from '@vtriune/monitor';
import { saveCheckpoint, train, type Engine, type StepReport } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import type { CommandContext } from '../commands/context.ts';
import { evaluatePolicy } from '../evaluation/evaluate-policy.ts';
import { createReward } from '../evaluation/reward.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { createLive, type LiveDisplay } from '../report/live.ts';
import { startEngine } from './engine.ts';
import { evaluationMetrics, hasEvaluation, storeEvaluation } from './evaluations.ts';
import { writeManifest } from './manifest.ts';
import { prepare, type Prepared } from './prepare.ts';
import { reportResult } from './report-result.ts';
import { findPosition, forgetRecords, type RunPosition } from './resume.ts';
import { openRun, runFolder, type RunFolder } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import { rolloutRecords, stepMetrics } from './step-records.ts';

/** Where a run goes and whether it goes on. */
export interface TrainRunOptions {
  readonly runsDir: string;
  readonly resume: boolean;
  readonly context: CommandContext;
}

interface Run {
  readonly recipe: Recipe;
  readonly folder: RunFolder;
  readonly context: CommandContext;
  readonly live: LiveDisplay;
  readonly prepared: Prepared;
  readonly engine: Engine;
  readonly monitor: Monitor;
}

/** Trains to the end, or to the first step after Ctrl-C; both leave a checkpoint. Throws `run_exists`, `run_locked` and what the packages throw. */
export async function trainRun(recipe: Recipe, options: TrainRunOptions): Promise<void> {
  const { context } = options;
  const folder = runFolder(resolve(context.cwd, options.runsDir, recipe.name));
  await mkdir(folder.root, { recursive: true });
  const lock = await lockRun(folder.root);
  try {
    const resumed = await openRun(recipe, folder, options.resume);
    if (options.resume && !resumed) context.output(`${folder.root} holds no run to resume; starting it.\n`);
    await runIn(recipe, folder, context);
  } finally {
    await lock.release();
  }
}

async function runIn(recipe: Recipe, folder: RunFolder, context: CommandContext): Promise<void> {
  const position = await findPosition(folder);
  if (!hasEvaluation(folder, 0) && position.state.step === 0) await forgetRecords(folder);
  const sinks = [jsonlSink(folder.root), tensorboardSink(folder.tensorboard)] as const;
  for (const sink of sinks) sink.truncateAfter(position.state.step);
  const monitor = createMonitor({ run: recipe.name, sinks });
  const prepared = await prepare(recipe, context.cwd);
  const { engine, backend } = await startEngine(
    { ...recipe, frozen: recipe.trainer.freeze, plugins: prepared.plugins },
    prepared.processor,
    position.snapshot,
  );
  try {
    await writeManifest(folder.manifest, recipe, { context, backend });
    const live = createLive(context);
    const run: Run = { recipe, folder, context, live, prepared, engine, monitor };
    live.line(
      `${recipe.name}: ${recipe.model.path} on ${backend.name}${backend.kernelPack ? ' with the kernel pack' : ''}, ${String(engine.ranks)} rank(s)`,
    );
    if (position.state.step > 0) live.line(`resumed at step ${String(position.state.step)} of ${String(recipe.trainer.steps)}`);
    await trainAndEvaluate(run, position);
  } finally {
    await monitor.close();
    await engine.close();
  }
}

async function trainAndEvaluate(run: Run, position: RunPosition): Promise<void> {
  const { folder, recipe, context, live } = run;
  if (evaluates(run) && !hasEvaluation(folder, 0)) await evaluateAt(run, 0);
  const { signal } = context;
  if (!signal.aborted) await trainSteps(run, position);
  if (signal.aborted) {
    live.line(
      `stopped; go on with: orsta train ${folder.recipe} --run-name ${recipe.name} --runs-dir ${resolve(folder.root, '..')} --resume`,
    );
    return;
  }
  const { steps } = recipe.trainer;
  // A run that was stopped between its last step and the evaluation behind it.
  if (evaluates(run) && !hasEvaluation(folder, steps)) await evaluateAt(run, steps);
  if (!signal.aborted) await reportResult(run, evaluates(run));
}

async function trainSteps(run: Run, position: RunPosition): Promise<void> {
  const { recipe, prepared, engine, context, live } = run;
  const { everySteps } = recipe.evaluation;
  const steps = train<RewardResult>({
    engine,
    processor: prepared.processor,
    samples: prepared.samples,
    reward: createReward(prepared.reward),
    config: recipe.trainer,
    plugins: prepared.plugins.map(({ plugin }) => plugin),
    state: position.state,
  });
  for await (const report of steps) {
    const { step } = report.state;
    live.step(report);
    record(run, report);
    const last = step === recipe.trainer.steps;
    const due = evaluates(run) && !context.signal.aborted && (last || (everySteps > 0 && step % everySteps === 0));
    if (due) await evaluateAt(run, step);
    await run.monitor.endStep(step);
    const stop = context.signal.aborted;
    if (last || stop || step % recipe.checkpoint.everySteps === 0) await checkpoint(run, report);
    if (stop) return;
  }
}

function evaluates({ recipe, prepared }: Run): boolean {
  return recipe.evaluation.samplesPerTask > 0 && prepared.heldOut.length > 0;
}

function record({ monitor }: Run, report: StepReport<RewardResult>): void {
  monitor.recordRollouts(rolloutRecords(report.rollouts, { step: report.state.step, split: 'train' }));
  monitor.recordMetrics(stepMetrics(report));
}

async function checkpoint({ folder, engine, recipe }: Run, { state }: StepReport<RewardResult>): Promise<void> {
  await saveCheckpoint({
    folder: folder.checkpoints,
    step: state.step,
    snapshot: await engine.snapshot(),
    state: { ...state, recipe },
    modelFolder: recipe.model.path,
    keep: recipe.checkpoint.keep,
  });
}

/** Evaluates and stores; stores nothing when Ctrl-C comes meanwhile. */
async function evaluateAt(run: Run, step: number): Promise<void> {
  const { recipe, prepared, engine, monitor, live, folder, context } = run;
  const what = step === 0 ? 'evaluating the base' : `evaluating step ${String(step)}`;
  if (!context.terminal.isTTY) live.line(`${what} on ${String(prepared.heldOut.length)} held-out samples`);
  const found = await evaluatePolicy({
    engine,
    processor: prepared.processor,
    items: prepared.heldOut,
    reward: prepared.reward,
    maxNewTokens: recipe.trainer.maxNewTokens,
    batchSize: recipe.evaluation.batchSize,
    onProgress: (done, total) => live.progress(what, done, total),
    signal: context.signal,
  });
  if (found === null) return;
  monitor.recordRollouts(rolloutRecords(found.rollouts, { step, split: 'test' }));
  // Records of step 0 go first: without the stored evaluation a resumed run drops them and evaluates again.
  if (step === 0) await monitor.endStep(0);
  const { summary, seconds } = await storeEvaluation(folder, step, found);
  monitor.recordMetrics(evaluationMetrics(summary, step));
  await monitor.endStep(step);
  const { verified, lenient } = summary.macro;
  live.line(
    `step ${String(step)}: verified ${(100 * verified).toFixed(1)}, lenient ${(100 * lenient).toFixed(1)} (macro average, ${seconds.toFixed(0)} s)`,
  );
}
