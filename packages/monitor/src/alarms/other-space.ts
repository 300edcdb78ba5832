import { ALL_SOURCES } from '../record.ts';
import { defineAlarm, ruleSettings, share, steps, type Finding } from './rule.ts';
import { bySource, createTrend, show, meanOf } from './trend.ts';

// Samples that several verifiers score have the name of the verifier before that of the metric.
const FITS = /^verifier\/(?:.+\/)?other_space_fits$/;

/** Boxes of a source would overlap the true ones if they were in another coordinate space. */
export const otherSpace = defineAlarm({
  name: 'other_space',
  settings: ruleSettings('The IoU of boxes would be over 0.5 in another coordinate space.', {
    window: steps('Steps whose mean counts.', 3),
    share: share('Share of responses whose boxes must fit another space.', 0.2),
  }),
  watch: ({ window, share: least }) => {
    const trendOf = bySource(() => createTrend(window));
    return ({ sourcesWith, names, value }) =>
      sourcesWith('reward/scored').flatMap((source): Finding[] => {
        if (source === ALL_SOURCES) return [];
        const fits = names(source).flatMap((name) => {
          const found = FITS.test(name) ? value(name, { source }) : undefined;
          return found === undefined ? [] : [found];
        });
        if (fits.length === 0) return [];
        const trend = trendOf(source);
        trend.add(Math.max(...fits));
        const mean = meanOf(trend.recent);
        if (trend.count < window || mean < least) return [];
        return [
          {
            source,
            severity: 'critical',
            message: `${show(100 * mean)} % of the responses to ${source} have boxes whose IoU would be over 0.5 in another coordinate space. Declare the space that the model answers in as response_space of these samples, and that of the true boxes as coordinate_space.`,
            values: { share: mean },
          },
        ];
      });
  },
});
