import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { defineAlarm, positive, ruleSettings, share, steps } from './rule.ts';
import { createTrend, show, meanOf } from './trend.ts';

// What the evaluations of this project report, and what any trainer gets that records rollouts of the split `test`.
const HELD_OUT_METRICS = ['evaluation/verified', 'reward/total'];

/** Reward hacking: the training reward rises while the held-out result falls. */
export const heldOutFalls = defineAlarm({
  name: 'held_out_falls',
  settings: ruleSettings('The training reward rises while the held-out result falls.', {
    split: withDefault(Type.String({ minLength: 1, description: 'Split of the held-out samples.' }), 'test'),
    window: steps('Training steps whose mean reward is set against an evaluation.', 10),
    fall: share('How much lower than its best the held-out result must be.', 0.05),
    rise: positive('How much the training reward must have risen since that best.', 0.05),
  }),
  watch: ({ split, window, fall, rise }) => {
    const trend = createTrend(window);
    let best: { heldOut: number; training: number; step: number } | undefined;
    return ({ step, value }) => {
      const reward = value('reward/total');
      if (reward !== undefined) trend.add(reward);
      const heldOut = HELD_OUT_METRICS.map((name) => value(name, { split })).find((result) => result !== undefined);
      if (heldOut === undefined || trend.count === 0) return [];
      const training = meanOf(trend.recent);
      if (best === undefined || heldOut >= best.heldOut) {
        best = { heldOut, training, step };
        return [];
      }
      if (best.heldOut - heldOut < fall || training - best.training < rise) return [];
      return [
        {
          severity: 'critical',
          message: `Since step ${best.step} the training reward rose from ${show(best.training)} to ${show(training)} while the held-out result fell from ${show(best.heldOut)} to ${show(heldOut)}. Read the best paid rollouts: the model may have found what the verifier pays without solving the task.`,
          values: { heldOut, bestHeldOut: best.heldOut, training, trainingThen: best.training },
        },
      ];
    };
  },
});
