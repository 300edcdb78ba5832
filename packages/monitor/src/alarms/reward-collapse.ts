import { ALL_SOURCES } from '../record.ts';
import { defineAlarm, ruleSettings, share, steps, type Finding } from './rule.ts';
import { bySource, createTrend, differs, show, meanOf } from './trend.ts';

/** The reward of a source, or of the run, has fallen far below its best. */
export const rewardCollapse = defineAlarm({
  name: 'reward_collapse',
  settings: ruleSettings('The mean reward has fallen far below the best it was.', {
    window: steps('Steps whose mean is compared with the best mean of as many steps.', 20),
    drop: share('Share of the best reward that must be lost.', 0.3),
    critical: share('Share of the best reward that must be lost for severity critical.', 0.6),
  }),
  watch: ({ window, drop, critical }) => {
    const trendOf = bySource(() => createTrend(window));
    return ({ sourcesWith, value }) =>
      sourcesWith('reward/total').flatMap((source): Finding[] => {
        const trend = trendOf(source);
        const reward = value('reward/total', { source });
        if (reward !== undefined) trend.add(reward);
        const { best } = trend;
        const recent = meanOf(trend.recent);
        if (best === undefined || best <= 0 || !differs(best, recent, { noise: trend.noise, count: window, errors: 6 })) return [];
        const lost = (best - recent) / best;
        if (lost < drop) return [];
        const of = source === ALL_SOURCES ? 'The mean reward' : `The reward of ${source}`;
        return [
          {
            source,
            severity: lost >= critical ? 'critical' : 'warning',
            message: `${of} fell from ${show(best)} to ${show(recent)} (means of ${window} steps). Look at the newest rollouts, lower the learning rate, or go on from an earlier checkpoint.`,
            values: { best, recent, lost },
          },
        ];
      });
  },
});
