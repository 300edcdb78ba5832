import { withDefault } from '@vtriune/format/settings';
import { Type } from 'typebox';
import { TrainerError } from '../errors.ts';
import { defineAdvantage, type ScoredGroup, type ScoredRollout } from './advantage.ts';
import { lacksVariance, momentsOf, placeScored } from './group-values.ts';

/**
 * GDPO (Liu et al., arXiv 2601.05242): each component of the reward is normalized in its group by itself,
 * `A_ik = (r_ik - mean_k) / (std_k + 1e-4)`, the components are summed, `A_i = sum_k w_k A_ik`, and the sums are normalized over all
 * responses of the step, `(A_i - mean(A)) / (std(A) + 1e-4)`. With one sum of rewards, different mixtures of format and accuracy can get the
 * same advantage; by component they do not.
 */
export const gdpo = defineAdvantage({
  name: 'gdpo',
  settings: Type.Object(
    {
      weights: withDefault(
        Type.Record(Type.String(), Type.Number(), {
          description: 'Weight of each component by its name; components that are not named are left out. All with weight 1 where empty.',
        }),
        {},
      ),
    },
    { additionalProperties: false },
  ),
  estimate: (groups, { settings: { weights } }) => {
    const given = groups.map((group) => ({ group, components: componentsOf(group, weights) }));
    const sums = given.map(({ components }) => sumComponents(components, weights));
    const { mean, variance } = momentsOf(sums.flat());
    const scale = 1 / (Math.sqrt(variance) + EPSILON);
    return {
      groups: given.map(({ group, components }, index) =>
        placeScored(
          group,
          sums[index]!.map((value) => (value - mean) * scale),
          [...components.values()].every(lacksVariance),
        ),
      ),
    };
  },
});

const EPSILON = 1e-4;

type Weights = Readonly<Record<string, number>>;

/** Values of each component over the scored rollouts of a group. */
function componentsOf(group: ScoredGroup, weights: Weights): Map<string, number[]> {
  const scored = group.rollouts.filter(({ reward }) => reward !== null);
  const present = new Set(scored.flatMap(({ components }) => Object.keys(components ?? {})));
  const names = [...present].filter((name) => Object.keys(weights).length === 0 || name in weights);
  if (scored.length > 0 && names.length === 0)
    throw new TrainerError(
      'invalid_config',
      `The estimator gdpo needs the components of a reward; those of ${group.source} have ${present.size === 0 ? 'none' : `only ${[...present].join(', ')}`}. Return { status: 'scored', reward, components: { accuracy, format } }, name other weights, or use grpo.`,
    );
  return new Map(names.map((name) => [name, scored.map((rollout) => componentOf(rollout, name, group.source))]));
}

function componentOf({ components }: ScoredRollout, name: string, source: string): number {
  const value = components?.[name];
  if (value !== undefined) return value;
  throw new TrainerError(
    'invalid_config',
    `A response of ${source} lacks the reward component "${name}" that others to the same prompt have. The estimator gdpo needs the same components for all responses to a prompt.`,
  );
}

function sumComponents(components: ReadonlyMap<string, readonly number[]>, weights: Weights): number[] {
  const sums: number[] = [];
  for (const [name, values] of components) {
    const { mean, variance } = momentsOf(values);
    values.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + ((weights[name] ?? 1) * (value - mean)) / (Math.sqrt(variance) + EPSILON)));
  }
  return sums;
}
