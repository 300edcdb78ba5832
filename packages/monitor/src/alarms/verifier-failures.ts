import { ALL_SOURCES } from '../record.ts';
import { defineAlarm, ruleSettings, share, type Finding } from './rule.ts';
import { show } from './trend.ts';
import type { StepMetrics } from './step-metrics.ts';

/** Many responses of a source could not be scored, or their scores are not numbers. */
export const verifierFailures = defineAlarm({
  name: 'verifier_failures',
  settings: ruleSettings('Many responses of a source could not be scored.', {
    share: share('Share of the responses of a step that must have failed.', 0.05),
    critical: share('The same for severity critical.', 0.5),
  }),
  watch:
    ({ share: least, critical }) =>
    (metrics) =>
      metrics.sourcesWith('reward/failed').flatMap((source): Finding[] => {
        const failed = metrics.value('reward/failed', { source });
        const scored = metrics.value('reward/scored', { source });
        const nonFinite = metrics.value('reward/non_finite', { source }) ?? 0;
        if (source === ALL_SOURCES || failed === undefined || scored === undefined) return [];
        const rate = (failed + nonFinite) / (failed + scored);
        if (failed + nonFinite === 0 || rate < least) return [];
        const codes = codesOf(metrics, source);
        const reasons = [...codes.map(({ code, count }) => `${code} ${count}`), ...(nonFinite > 0 ? [`not a number ${nonFinite}`] : [])];
        return [
          {
            source,
            severity: rate >= critical ? 'critical' : 'warning',
            message: `${failed + nonFinite} of ${failed + scored} responses to ${source} (${show(100 * rate)} %) have no reward: ${reasons.join(', ')}. They leave their groups and teach nothing; see their messages in rollouts.jsonl.`,
            values: { rate, failed, nonFinite, scored, ...Object.fromEntries(codes.map(({ code, count }) => [`failure/${code}`, count])) },
          },
        ];
      }),
});

function codesOf({ names, value }: StepMetrics, source: string): { code: string; count: number }[] {
  const codes = names(source).flatMap((name) => {
    const count = name.startsWith('failure/') ? value(name, { source }) : undefined;
    return count === undefined ? [] : [{ code: name.slice('failure/'.length), count }];
  });
  return codes.sort((a, b) => b.count - a.count).slice(0, 3);
}
