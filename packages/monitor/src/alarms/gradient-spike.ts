import { defineAlarm, positive, ruleSettings, steps, type Finding } from './rule.ts';
import { bySource, createTrend, medianOf, show } from './trend.ts';

/** `optimizer/grad_norm`, and `optimizer/grad_norm/<part>` for vit, connector and llm. */
const GRADIENT_NORM = /^optimizer\/grad_norm(?:\/(.+))?$/;

/** The gradient norm of a part of the model is many times its usual size. */
export const gradientSpike = defineAlarm({
  name: 'gradient_spike',
  settings: ruleSettings('The gradient norm of the model or of one part of it is many times its usual size.', {
    window: steps('Steps before whose median is the usual size.', 20),
    factor: positive('How many times the usual size a gradient must be.', 10),
  }),
  watch: ({ window, factor }) => {
    const trendOf = bySource(() => createTrend(window));
    return ({ names, value }) =>
      names('all').flatMap((name): Finding[] => {
        const match = GRADIENT_NORM.exec(name);
        const norm = value(name);
        if (match === null || norm === undefined) return [];
        const trend = trendOf(name);
        const usual = medianOf(trend.recent);
        const enough = trend.count >= window;
        trend.add(norm);
        if (!enough || usual <= 0 || norm < factor * usual) return [];
        const part = match[1] ?? 'the whole model';
        return [
          {
            aspect: name,
            severity: 'warning',
            message: `The gradient norm of ${part} is ${show(norm)}, ${show(norm / usual)} times the median of the ${window} steps before. Once is harmless where gradients are clipped; if it happens again, lower the learning rate.`,
            values: { norm, usual, ratio: norm / usual },
          },
        ];
      });
  },
});
