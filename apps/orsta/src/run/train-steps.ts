/**
 * The training steps of a run: each is recorded, evaluated where that is due, and saved where that is due. An error between two updates
 * saves the state of the last step before it is thrown on, so that a corrupt image at step 700 does not cost 699 steps.
 */
import { join } from 'node:path';
import { train, type Engine, type StepReport, type TrainState } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import { signalOf } from '../report/no-signal.ts';
import { createReward } from '../reward/reward.ts';
import { createThresholdHistory, readThresholdHistory } from '../reward/threshold-history.ts';
import { checkpointStep, isDivergence, isSaved, keepNewest, setAside } from './checkpoints.ts';
import { evaluateStep } from './evaluate-step.ts';
import type { RunPosition } from './resume.ts';
import { evaluates, type Run } from './run.ts';
import { rolloutRecords, stepMetrics } from './step-records.ts';

/** Trains to the last step, or to the first one after Ctrl-C; both are saved. Throws what the packages throw. */
export async function trainSteps(run: Run, position: RunPosition): Promise<void> {
  const { recipe, prepared } = run;
  const watched = watchUpdates(run.engine);
  let { state } = position;
  const history = state.step === 0 ? createThresholdHistory() : await readThresholdHistory(join(run.folder.root, 'rollouts.jsonl'));
  const steps = train<RewardResult>({
    engine: watched.engine,
    processor: prepared.processor,
    samples: prepared.samples,
    reward: createReward({ ...prepared.reward, history }),
    config: recipe.trainer,
    plugins: prepared.plugins.map(({ plugin }) => plugin),
    state,
  });
  try {
    for await (const report of steps) {
      ({ state } = report);
      watched.reset();
      history.record(report.rollouts.map(({ prompt, outcome }) => ({ source: prompt.sample.data_source, result: outcome })));
      // The weights of the checkpoint before have sampled and learned once more without an error: older ones may go.
      await keepNewest(run.folder, recipe.checkpoint.keep);
      run.signal.add(signalOf(report.rollouts));
      if (await finishStep(run, report)) return;
    }
  } catch (cause) {
    if (isDivergence(cause) && !watched.wasAsked()) await keepLastGood(run, state);
    else if (state.step > 0 && !watched.hasUpdated() && !isSaved(run.folder, state.step)) await saveAfterError(run, state, cause);
    throw cause;
  }
}

/** Everything that happens after a step; true where it is the last one or Ctrl-C was pressed. */
async function finishStep(run: Run, report: StepReport<RewardResult>): Promise<boolean> {
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
  const stop = last || context.signal.aborted;
  if (stop || step % recipe.checkpoint.everySteps === 0) await checkpointStep(run, report.state);
  if (evaluate) await keepNewest(run.folder, recipe.checkpoint.keep);
  return stop;
}

/** Nothing could be sampled from the weights of the last step: its checkpoint must not be the one that the run goes on from. */
async function keepLastGood({ folder, context }: Run, { step }: TrainState): Promise<void> {
  const aside = await setAside(folder, step);
  if (aside !== undefined) context.notice(`the checkpoint of step ${String(step)} is of no use and was renamed to ${aside}\n`);
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
