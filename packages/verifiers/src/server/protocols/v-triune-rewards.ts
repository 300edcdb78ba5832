/**
 * The reference's names for our numbers: the `rewards` of its answer. Its detection verifier reports 29 numbers beside the four that
 * every answer has, its mathverify none. The keys depend on the verifier alone, so that a failed sample has those of its neighbours.
 */
import type { RewardResult, ScoredResult } from '../../contract.ts';
import type { VerifierDescription } from '../scoring.ts';

/** The `rewards` of an answer to `POST /judge`; all of them 0 for a failure. */
export function referenceRewards(
  result: RewardResult | undefined,
  verifier: string,
  known: readonly VerifierDescription[],
): Record<string, number> {
  const scored = result?.status === 'scored' ? result : undefined;
  return {
    format_reward: scored?.components['format'] ?? 0,
    accuracy_reward: scored?.components['accuracy'] ?? 0,
    reflection_reward: 0,
    final_reward: scored?.reward ?? 0,
    ...furtherRewards(scored, verifier, known),
  };
}

function furtherRewards(scored: ScoredResult | undefined, verifier: string, known: readonly VerifierDescription[]): Record<string, number> {
  if (verifier === 'mathverify') return {};
  const scores =
    verifier === 'detection'
      ? detectionScores(scored)
      : ownScores(
          scored,
          known.find(({ name }) => name === verifier),
        );
  return Object.fromEntries(Object.entries(scores).map(([key, value]) => [`${key}_reward`, value]));
}

const REPORTS: readonly (readonly [theirs: string, ours: string])[] = [
  ['50_iou_match', 'iou_first_50'],
  ['95_iou_match', 'iou_first_95'],
  ['50_label_match', 'iou_50'],
  ['75_label_match', 'iou_75'],
  ['95_label_match', 'iou_95'],
  ['99_label_match', 'iou_99'],
];

function detectionScores(scored: ScoredResult | undefined): Record<string, number> {
  const component = (name: string): number => scored?.components[name] ?? 0;
  const metric = (name: string): number => scored?.metrics[name] ?? 0;
  const penalty = component('size_penalty');
  const scores: Record<string, number> = { size_penalty: penalty };
  const terms = [
    ['iou_score_max_iou', component('iou_iou_first')],
    ['iou_score_max_label', component('iou_label_first')],
    ['map_score', component('map')],
    ['map50_score', component('map50')],
    ['map75_score', component('map75')],
  ] as const;
  for (const [name, value] of terms) scores[`pure_${name}`] = value;
  for (const [name, value] of terms) scores[`weighted_${name}`] = value * penalty;
  for (const [theirs, ours] of REPORTS) {
    scores[`report_iou_${theirs}_pure`] = metric(`${ours}_mean`);
    scores[`report_iou_${theirs}_precision`] = metric(`${ours}_precision`);
    scores[`report_iou_${theirs}_recall`] = metric(`${ours}_recall`);
  }
  return scores;
}

// A verifier that the reference does not have reports its own components and metrics.
function ownScores(scored: ScoredResult | undefined, verifier: VerifierDescription | undefined): Record<string, number> {
  const metrics = (verifier?.metrics ?? []).map((key) => [key, scored?.metrics[key] ?? 0] as const);
  const components = (verifier?.components ?? []).map((key) => [key, scored?.components[key] ?? 0] as const);
  return Object.fromEntries([...metrics, ...components]);
}
