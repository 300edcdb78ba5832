import { ALL_SOURCES } from '../record.ts';
import { defineAlarm, ruleSettings, share, steps, type Finding } from './rule.ts';
import { bySource, createTrend, show, meanOf } from './trend.ts';
import type { StepMetrics } from './step-metrics.ts';

/** Nearly all groups have equal rewards, so that there is nothing to learn from. */
export const noSignal = defineAlarm({
  name: 'no_signal',
  settings: ruleSettings('The rewards within nearly all groups are equal.', {
    window: steps('Steps whose mean counts.', 5),
    share: share('Share of groups with equal rewards.', 0.99),
  }),
  watch: ({ window, share: least }) => {
    const trendOf = bySource(() => createTrend(window));
    return (metrics) =>
      metrics.sourcesWith('group/zero_variance').flatMap((source): Finding[] => {
        const trend = trendOf(source);
        const now = metrics.value('group/zero_variance', { source });
        if (now !== undefined) trend.add(now);
        const mean = meanOf(trend.recent);
        if (trend.count < window || mean < least) return [];
        const reward = metrics.value('reward/total', { source });
        const of = source === ALL_SOURCES ? '' : ` of ${source}`;
        return [
          {
            source,
            severity: source === ALL_SOURCES ? 'critical' : 'warning',
            message: `${show(100 * mean)} % of the groups${of} in the last ${window} steps had equal rewards, so nothing is learned from them.`,
            remedy: remedy(metrics, source),
            values: { share: mean, ...(reward === undefined ? {} : { reward }) },
          },
        ];
      });
  },
});

function remedy({ value }: StepMetrics, source: string): string {
  const right = value('group/all_correct', { source });
  if (right === undefined) return 'Use samples that the model solves sometimes.';
  if (right > 0.9) return 'All answers are right: use harder samples.';
  if (right < 0.1) return 'No answer is right: use easier samples, a larger group, or check that right answers are paid.';
  return 'Some samples are always right and the others never: use samples in between.';
}
