/**
 * The reference's names for our numbers: the `rewards` of its answer. Its detection verifier reports 29 numbers beside the four that
 * every answer has, its mathverify none. The keys depend on the verifier alone, so that a failed sample has those of its neighbors.
 */
import type { RewardResult, ScoredResult } from '../../contract.ts';
import type { VerifierDescription } from '../scoring.ts';
import { VerifierError } from '../../errors.ts';

/** The `rewards` of an answer to `POST /judge`; all of them 0 for a failure. */
export function referenceRewards(
  result: RewardResult | undefined,
  verifier: string,
  known: readonly VerifierDescription[],
): Record<string, number> {
  const scored = result?.status === 'scored' ? result : undefined;
  return {
    format_reward: valueOf(scored, 'components', 'format'),
    accuracy_reward: valueOf(scored, 'components', 'accuracy'),
    reflection_reward: 0,
    final_reward: scored === undefined ? 0 : scored.reward,
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
  const component = (name: string): number => valueOf(scored, 'components', name);
  const metric = (name: string): number => valueOf(scored, 'metrics', name);
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
  if (verifier === undefined) return {};
  const metrics = verifier.metrics.map((key) => [key, valueOf(scored, 'metrics', key)] as const);
  const components = verifier.components.map((key) => [key, valueOf(scored, 'components', key)] as const);
  return Object.fromEntries([...metrics, ...components]);
}

// A failure has zeros for everything, which is all that this protocol knows. A result that was scored has every number it declares.
function valueOf(scored: ScoredResult | undefined, part: 'components' | 'metrics', name: string): number {
  if (scored === undefined) return 0;
  const value = scored[part][name];
  if (value === undefined) throw new VerifierError('verifier_error', `A result of ${scored.verifier} has no "${name}" among its ${part}.`);
  return value;
}
