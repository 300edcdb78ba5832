import { defineAlarm, positive, ruleSettings, steps, type Finding } from './rule.ts';
import { bySource, createTrend, show, meanOf } from './trend.ts';

/** Wrong answers grow much longer while right ones do not. */
export const lengthExplosion = defineAlarm({
  name: 'length_explosion',
  settings: ruleSettings('Wrong answers grow much longer while right ones do not.', {
    window: steps('Steps at the start and at the end whose means are compared.', 10),
    factor: positive('How many times longer than at the start wrong answers must be.', 2),
    tokens: positive('How many tokens longer than at the start they must be.', 50),
    excess: positive('How many times as much as right answers they must have grown.', 1.5),
  }),
  watch: ({ window, factor, tokens, excess }) => {
    const wrongOf = bySource(() => createTrend(window));
    const rightOf = bySource(() => createTrend(window));
    return ({ sourcesWith, value }) =>
      sourcesWith('length/wrong_mean').flatMap((source): Finding[] => {
        const [wrong, right] = [wrongOf(source), rightOf(source)];
        const now = value('length/wrong_mean', { source });
        const rightNow = value('length/correct_mean', { source });
        if (now !== undefined) wrong.add(now);
        if (rightNow !== undefined) right.add(rightNow);
        if (wrong.count < 2 * window) return [];
        const first = meanOf(wrong.first);
        const recent = meanOf(wrong.recent);
        const growth = recent / first;
        const rightGrowth = right.count < 2 * window ? 1 : meanOf(right.recent) / meanOf(right.first);
        if (recent - first < tokens || growth < factor || growth < excess * rightGrowth) return [];
        const cut = value('length/truncated', { source });
        const note = cut !== undefined && cut > 0.1 ? ` ${show(100 * cut)} % of the responses are cut at the limit.` : '';
        return [
          {
            source,
            severity: 'warning',
            message: `Wrong answers grew from ${show(first)} to ${show(recent)} tokens, ${show(growth)} times, and right ones ${show(rightGrowth)} times.${note} Read some of them: the model may repeat itself, or length may be paid.`,
            values: { first, recent, growth, rightGrowth, ...(cut === undefined ? {} : { truncated: cut }) },
          },
        ];
      });
  },
});
