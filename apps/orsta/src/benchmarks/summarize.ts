import type { GroupScore, Judged, LeftOut, Summary } from './contract.ts';

/** A judged question whose score is a number. */
export interface Scored {
  readonly score: number;
  readonly groups: Judged['groups'];
}

/** Those with a score. */
export function scoredOf(judged: readonly Judged[]): Scored[] {
  return judged.flatMap(({ judgment, groups }) => (judgment.score === null ? [] : [{ score: judgment.score, groups }]));
}

/** Those without one, counted by reason. */
export function leftOutOf(judged: readonly Judged[]): LeftOut[] {
  const counts = new Map<string, number>();
  for (const { judgment } of judged) {
    if (judgment.score !== null) continue;
    const reason = judgment.why ?? 'no reason given';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, count }));
}

/** The mean; null of nothing. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean and count by group name and value, in the order in which values first come up. */
export function groupMeans(scored: readonly Scored[]): Record<string, Record<string, GroupScore>> {
  const sums = new Map<string, Map<string, { count: number; sum: number }>>();
  for (const { score, groups } of scored)
    for (const [name, values] of Object.entries(groups)) {
      const byValue = sums.get(name) ?? new Map<string, { count: number; sum: number }>();
      sums.set(name, byValue);
      for (const value of values) {
        const { count, sum } = byValue.get(value) ?? { count: 0, sum: 0 };
        byValue.set(value, { count: count + 1, sum: sum + score });
      }
    }
  return Object.fromEntries(
    [...sums].map(([name, byValue]) => [
      name,
      Object.fromEntries([...byValue].map(([value, { count, sum }]) => [value, { count, score: sum / count }])),
    ]),
  );
}

/** The mean over questions, and over each group. */
export function meanSummary(judged: readonly Judged[], measure = 'accuracy'): Summary {
  const scored = scoredOf(judged);
  return { score: mean(scored.map(({ score }) => score)), measure, metrics: {}, groups: groupMeans(scored), leftOut: leftOutOf(judged) };
}
