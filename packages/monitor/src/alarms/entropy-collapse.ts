import { defineAlarm, ruleSettings, share, steps } from './rule.ts';
import { createTrend, show, meanOf } from './trend.ts';

/** The policy has stopped to explore: its entropy is a small part of what it was. */
export const entropyCollapse = defineAlarm({
  name: 'entropy_collapse',
  settings: ruleSettings('The entropy of the policy is a small part of what it was, while there is something left to learn.', {
    window: steps('Steps at the start and at the end whose means are compared.', 10),
    remaining: share('Share of the first entropy below which it counts as collapsed.', 0.2),
    critical: share('The same for severity critical.', 0.05),
    solved: share('A mean reward from which low entropy is no fault.', 0.9),
  }),
  watch: ({ window, remaining, critical, solved }) => {
    const trend = createTrend(window);
    const rewards = createTrend(window);
    return ({ value }) => {
      const [entropy, reward] = [value('policy/entropy'), value('reward/total')];
      if (reward !== undefined) rewards.add(reward);
      if (entropy === undefined) return [];
      trend.add(entropy);
      const first = meanOf(trend.first);
      const recent = meanOf(trend.recent);
      if (trend.count < 2 * window || first <= 0 || recent >= remaining * first) return [];
      if (rewards.count > 0 && meanOf(rewards.recent) >= solved) return [];
      return [
        {
          severity: recent < critical * first ? 'critical' : 'warning',
          message: `The entropy fell from ${show(first)} to ${show(recent)} nats a token (means of ${window} steps), so the responses of a group are nearly the same. Raise the upper clip or the temperature, or lower the learning rate.`,
          values: { first, recent, remaining: recent / first },
        },
      ];
    };
  },
});
