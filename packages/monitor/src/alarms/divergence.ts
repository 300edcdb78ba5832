import { defineAlarm, positive, ruleSettings, steps, type Finding } from './rule.ts';
import { createTrend, medianOf, show, meanOf } from './trend.ts';
import type { StepMetrics } from './step-metrics.ts';

/** Training runs away: updates change the policy too much, sampler and trainer disagree, or gradients keep growing. */
export const divergence = defineAlarm({
  name: 'divergence',
  settings: ruleSettings('Updates change the policy too much, sampler and trainer disagree, or gradients keep growing.', {
    window: steps('Steps whose mean (of KL and gap) or median (of gradient norms) counts.', 5),
    kl: positive('Mean policy/approximate_kl in nats a token that is too much.', 0.2),
    gap: positive('Mean policy/sampler_gap in nats a token that is too much.', 0.1),
    growth: positive('How many times its first median the gradient norm must be, for a whole window.', 20),
  }),
  watch: ({ window, kl, gap, growth }) => {
    const trends = { kl: createTrend(window), gap: createTrend(window), norm: createTrend(window) };
    const meanAbove = (trend: keyof typeof trends, limit: number): number | undefined => {
      const mean = meanOf(trends[trend].recent);
      return trends[trend].count >= window && mean > limit ? mean : undefined;
    };
    return (metrics) => {
      take(metrics, trends);
      const findings: Finding[] = [];
      const find = (message: string, values: Record<string, number>) =>
        findings.push({ aspect: Object.keys(values).join(' '), severity: 'critical', message, values });
      const changed = meanAbove('kl', kl);
      if (changed !== undefined)
        find(
          `An update changes the policy by ${show(changed)} nats a token (mean of ${window} steps; the limit is ${show(kl)}). Lower the learning rate, or make fewer updates a step.`,
          { kl: changed },
        );
      const apart = meanAbove('gap', gap);
      if (apart !== undefined)
        find(
          `Sampler and trainer differ by ${show(apart)} nats a token (mean of ${window} steps; the limit is ${show(gap)}): they do not compute the same policy. Check that weights, temperature, and precision of both are equal.`,
          { gap: apart },
        );
      const [first, recent] = [medianOf(trends.norm.first), medianOf(trends.norm.recent)];
      if (trends.norm.count >= 2 * window && first > 0 && recent > growth * first)
        find(
          `The gradient norm has grown from ${show(first)} to ${show(recent)} (medians of ${window} steps). Lower the learning rate and go on from an earlier checkpoint.`,
          { firstNorm: first, recentNorm: recent },
        );
      return findings;
    };
  },
});

function take({ value }: StepMetrics, trends: Record<'kl' | 'gap' | 'norm', { add(value: number): void }>): void {
  const names = { kl: 'policy/approximate_kl', gap: 'policy/sampler_gap', norm: 'optimizer/grad_norm' } as const;
  for (const key of ['kl', 'gap', 'norm'] as const) {
    const found = value(names[key]);
    if (found !== undefined) trends[key].add(found);
  }
}
