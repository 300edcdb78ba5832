import { defineAlarm, ruleSettings, share, steps, type Finding } from './rule.ts';
import { bySource, createTrend, differs, show, meanOf } from './trend.ts';

/** Reward hacking: the format reward rises while the accuracy falls. */
export const formatOverAccuracy = defineAlarm({
  name: 'format_over_accuracy',
  settings: ruleSettings('The format reward rises while the accuracy falls.', {
    window: steps('Steps whose means are compared: the newest with those before them.', 20),
    rise: share('The least rise of reward/format.', 0.05),
    fall: share('The least fall of reward/accuracy.', 0.05),
  }),
  watch: ({ window, rise, fall }) => {
    const seriesOf = bySource(() => ({ format: createTrend(2 * window), accuracy: createTrend(2 * window) }));
    return ({ sourcesWith, value }) =>
      sourcesWith('reward/format').flatMap((source): Finding[] => {
        const [format, accuracy] = [value('reward/format', { source }), value('reward/accuracy', { source })];
        if (format === undefined || accuracy === undefined) return [];
        const series = seriesOf(source);
        series.format.add(format);
        series.accuracy.add(accuracy);
        if (series.format.count < 2 * window) return [];
        const formats = halves(series.format.recent, window);
        const accuracies = halves(series.accuracy.recent, window);
        const rose = formats.after - formats.before;
        const fell = accuracies.before - accuracies.after;
        if (rose < rise || fell < fall) return [];
        const limit = { count: window, errors: 4 };
        if (!differs(formats.before, formats.after, { ...limit, noise: series.format.noise })) return [];
        if (!differs(accuracies.before, accuracies.after, { ...limit, noise: series.accuracy.noise })) return [];
        return [
          {
            source,
            severity: 'warning',
            message: `Over ${2 * window} steps the format reward rose from ${show(formats.before)} to ${show(formats.after)} while the accuracy fell from ${show(accuracies.before)} to ${show(accuracies.after)}. Give format a smaller weight, or let it count only for right answers.`,
            values: {
              formatBefore: formats.before,
              formatAfter: formats.after,
              accuracyBefore: accuracies.before,
              accuracyAfter: accuracies.after,
            },
          },
        ];
      });
  },
});

function halves(values: readonly number[], window: number): { before: number; after: number } {
  return { before: meanOf(values.slice(0, window)), after: meanOf(values.slice(window)) };
}
