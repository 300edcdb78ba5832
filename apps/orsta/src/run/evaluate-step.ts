import type { RolloutInput } from '@vtriune/monitor';
import { evaluatePolicy } from '../evaluation/evaluate-policy.ts';
import { evaluationMetrics, storeEvaluation } from './evaluations.ts';
import type { Run } from './run.ts';
import { rolloutRecords } from './step-records.ts';

/** Evaluates the policy after a step and stores what was found; stores nothing when Ctrl-C comes meanwhile. */
export async function evaluateStep(run: Run, step: number): Promise<void> {
  const { recipe, prepared, engine, monitor, live, folder, context } = run;
  const what = step === 0 ? 'evaluating the base' : `evaluating step ${String(step)}`;
  if (!context.terminal.isTTY) live.line(`${what} on ${String(prepared.heldOut.count)} held-out samples`);
  const records: RolloutInput[] = [];
  const where = { step, split: 'test', images: prepared.reward.images, kept: run.images, seen: new Map<string, number>() } as const;
  const found = await evaluatePolicy({
    engine,
    processor: prepared.processor,
    items: prepared.heldOut,
    reward: prepared.reward,
    maxNewTokens: recipe.trainer.maxNewTokens,
    maxPromptTokens: recipe.trainer.maxPromptTokens,
    batchSize: recipe.evaluation.batchSize,
    tools: recipe.trainer.tools,
    plugins: prepared.plugins.map(({ plugin }) => plugin),
    onBatch: async (rollouts) => {
      records.push(...(await rolloutRecords(rollouts, where)));
    },
    onProgress: (done, total) => live.progress(what, done, total),
    signal: context.signal,
  });
  if (found === null) return;
  monitor.recordRollouts(records);
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
