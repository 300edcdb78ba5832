/**
 * The training steps of a run: each is recorded, evaluated where that is due, and saved where that is due. An error between two updates
 * saves the state of the last step before it is thrown on, so that a corrupt image at step 700 does not cost 699 steps. A run that diverges
 * ends with an error, and its last good checkpoint is the one to go on from.
 */
import { join } from 'node:path';
import { latestCheckpoint, train, type Engine, type StepReport, type TrainState } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import { signalOf } from '../report/no-signal.ts';
import { createReward } from '../reward/reward.ts';
import { OrstaError } from '../errors.ts';
import { createThresholdHistory, type ThresholdHistory } from '../reward/threshold-history.ts';
import { checkpointStep, isDivergence, isSaved, rotate, setAside } from './checkpoints.ts';
import { earningsOf, watchCollapse, type CollapseWatch } from './collapse.ts';
import { evaluateStep } from './evaluate-step.ts';
import type { RunPosition } from './resume.ts';
import { recordedSteps, type RecordedResponse } from './recorded-steps.ts';
import { evaluates, type Run } from './run.ts';
import { groupOf, rolloutRecords, stepMetrics } from './step-records.ts';

/** What the steps so far were like, for the reward and for the watch over the policy. */
interface Past {
  readonly history: ThresholdHistory;
  readonly collapse: CollapseWatch;
}

/** Trains to the last step, or to the first one after Ctrl-C; both are saved. Throws `diverged` and what the packages throw. */
export async function trainSteps(run: Run, position: RunPosition): Promise<void> {
  const { recipe, prepared } = run;
  const watched = watchUpdates(run.engine);
  let { state } = position;
  const past: Past = { history: createThresholdHistory(), collapse: watchCollapse() };
  if (state.step > 0) await recall(run, past, state.step);
  const steps = train<RewardResult>({
    engine: watched.engine,
    processor: prepared.processor,
    samples: prepared.samples,
    reward: createReward({ ...prepared.reward, history: past.history }),
    config: recipe.trainer,
    plugins: prepared.plugins.map(({ plugin }) => plugin),
    state,
  });
  try {
    for await (const report of steps) {
      ({ state } = report);
      watched.reset();
      remember(past, state.step, report.rollouts.map(responseOf));
      // The weights before this step have sampled and learned without an error: older checkpoints may go.
      await rotate(run.folder, { step: state.step - 1, keep: recipe.checkpoint.keep, good: lastGood(recipe, past, state.step - 1) });
      run.signal.add(signalOf(report.rollouts));
      if (await finishStep(run, report, past)) return;
    }
  } catch (cause) {
    if (isDivergence(cause) && !watched.wasAsked()) await keepLastGood(run, lastGood(recipe, past, state.step - 1));
    else if (state.step > 0 && !watched.hasUpdated() && !isSaved(run.folder, state.step)) await saveAfterError(run, state, cause);
    throw cause;
  }
}

/** Takes up the responses of the steps so far, which their file has; says where some are missing. */
async function recall({ folder, live }: Run, past: Past, steps: number): Promise<void> {
  const file = join(folder.root, 'rollouts.jsonl');
  let found = 0;
  for await (const { step, responses } of recordedSteps(file)) {
    remember(past, step, responses);
    found += 1;
  }
  if (found < steps)
    live.line(
      `warning: ${file} has the responses of ${String(found)} of the ${String(steps)} steps so far. Weights and optimizer are whole. Plots lack the others, and an adaptive threshold and the watch for a collapse go by what is left.`,
    );
}

function remember({ history, collapse }: Past, step: number, responses: readonly Pick<RecordedResponse, 'source' | 'group' | 'result'>[]) {
  history.record(responses);
  collapse.add(step, earningsOf(responses));
}

function responseOf({ prompt, outcome, id }: StepReport<RewardResult>['rollouts'][number]): Omit<RecordedResponse, 'step'> {
  return { source: prompt.sample.data_source, group: groupOf(id), result: outcome };
}

/** The last step whose weights are known to be of use: `newest`, unless the policy has earned next to nothing since an earlier one. */
function lastGood({ trainer }: Run['recipe'], { collapse }: Past, newest: number): number {
  const poor = collapse.poorSince();
  // The responses of a step come from the weights of the step before, or with staleness from older ones, and those are poor already.
  return poor === undefined ? newest : Math.min(newest, poor - 2 - trainer.staleness);
}

/** Everything that happens after a step; true where it is the last one or Ctrl-C was pressed. Throws `diverged`. */
async function finishStep(run: Run, report: StepReport<RewardResult>, past: Past): Promise<boolean> {
  const { recipe, context } = run;
  const { step } = report.state;
  const { everySteps } = recipe.evaluation;
  run.live.step(report);
  run.monitor.recordRollouts(
    await rolloutRecords(report.rollouts, { step, split: 'train', images: run.prepared.reward.images, kept: run.images }),
  );
  run.monitor.recordMetrics(stepMetrics(report));
  const last = step === recipe.trainer.steps;
  const evaluate = evaluates(run) && !context.signal.aborted && (last || (everySteps > 0 && step % everySteps === 0));
  if (evaluate) await evaluateStep(run, step);
  await run.monitor.endStep(step);
  if (recipe.stopOnCollapse) refuseCollapse(past.collapse);
  const stop = last || context.signal.aborted;
  const { keep } = recipe.checkpoint;
  const good = lastGood(recipe, past, evaluate ? step : step - 1);
  if (stop || step % recipe.checkpoint.everySteps === 0) {
    await checkpointStep(run, report.state);
    // One more than asked for, until the next step has shown that this one is good.
    await rotate(run.folder, { step, keep: keep + 1, good });
  }
  if (evaluate) await rotate(run.folder, { step, keep, good });
  return stop;
}

function refuseCollapse(watch: CollapseWatch): void {
  const found = watch.collapse();
  if (found === undefined) return;
  const [before, now] = [found.before, found.now].map((mean) => mean.toPrecision(2));
  throw new OrstaError(
    'diverged',
    `Since step ${String(found.since)} a response earns ${String(now)} on average, after ${String(before)} before: training has ruined the policy. Lower trainer.learningRate and start a new run. If the reward changed and not the policy, go on with --resume stopOnCollapse=false.`,
  );
}

/** Checkpoints after the last good step must not be the ones that the run goes on from. */
async function keepLastGood({ folder, context }: Run, good: number): Promise<void> {
  for (const path of await setAside(folder, good + 1)) context.notice(`the checkpoint is of no use and was renamed: ${path}\n`);
  const left = await latestCheckpoint(folder.checkpoints);
  context.notice(left === undefined ? 'no checkpoint was saved before training diverged\n' : `the last good checkpoint is ${left}\n`);
}

async function saveAfterError(run: Run, state: TrainState, cause: unknown): Promise<void> {
  try {
    await run.monitor.endStep(state.step);
    await checkpointStep(run, state);
    run.context.notice(`step ${String(state.step)} is saved; once the cause is removed, the run goes on with --resume\n`);
  } catch (error) {
    run.context.notice(`step ${String(state.step)} could not be saved: ${String(error)}. The run ended because of: ${String(cause)}\n`);
  }
}

/** The engine, and since the last reset: whether it was asked for an update, which it is once sampling went well, and whether one succeeded. */
function watchUpdates(engine: Engine): { engine: Engine; reset(): void; wasAsked(): boolean; hasUpdated(): boolean } {
  let asked = false;
  let updated = false;
  return {
    engine: {
      ...engine,
      update: async (request) => {
        asked = true;
        const report = await engine.update(request);
        updated = true;
        return report;
      },
    },
    reset: () => {
      asked = false;
      updated = false;
    },
    wasAsked: () => asked,
    hasUpdated: () => updated,
  };
}
