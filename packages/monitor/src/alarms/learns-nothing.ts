import { ALL_SOURCES } from '../record.ts';
import { defineAlarm, ruleSettings, share, steps, type Finding } from './rule.ts';
import { bySource, createTrend, show, meanOf } from './trend.ts';

/** A source has been trained on for many steps and earns no more than at the start. */
export const learnsNothing = defineAlarm({
  name: 'learns_nothing',
  settings: ruleSettings('A source earns no more than at its start, though it is not solved.', {
    patience: steps('Steps with this source before it is judged.', 60),
    window: steps('Steps at the start and at the end whose means are compared.', 20),
    gain: share('The least gain in reward that counts as learning.', 0.02),
    solved: share('A mean reward from which a source has nothing left to learn.', 0.9),
  }),
  watch: ({ patience, window, gain, solved }) => {
    const trendOf = bySource(() => createTrend(window));
    return ({ sourcesWith, value }) =>
      sourcesWith('reward/total').flatMap((source): Finding[] => {
        const reward = value('reward/total', { source });
        if (source === ALL_SOURCES || reward === undefined) return [];
        const trend = trendOf(source);
        trend.add(reward);
        if (trend.count < Math.max(patience, 2 * window)) return [];
        const [first, recent] = [meanOf(trend.first), meanOf(trend.recent)];
        if (recent >= solved || recent - first >= gain) return [];
        return [
          {
            source,
            severity: 'warning',
            message: `${source} earned ${show(first)} at its start and ${show(recent)} now, ${trend.count} steps later (means of ${window} steps). Check that a right answer to it is paid, and whether it is too hard for this model.`,
            values: { first, recent, steps: trend.count },
          },
        ];
      });
  },
});
