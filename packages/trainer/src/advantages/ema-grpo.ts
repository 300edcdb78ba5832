// Advantages over a deviation that moves slowly and belongs to a task. The averages are state of the run: they are saved with its checkpoints,
// and a state that another estimator wrote is refused.
import { withDefault } from '@vtriune/format/settings';
import { showValue } from '@vtriune/format/show-value';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { TrainerError } from '../errors.ts';
import { defineAdvantage, type ScoredGroup } from './advantage.ts';
import { centeredRewards, lacksVariance, placeScored, scoredRewards } from './group-values.ts';

const TaskMoments = Type.Record(Type.String(), Type.Object({ mean: Type.Number(), square: Type.Number() }));
type TaskMoments = Static<typeof TaskMoments>;

/**
 * EMA-GRPO of OneThinker (Feng et al., arXiv 2512.03043): `A_i = (r_i - mean(r of its group)) / s_task`, where `s_task` is the
 * deviation of the task's rewards, `sqrt(E[r^2] - E[r]^2)`, from moving averages over the steps: `m <- decay * m + (1 - decay) * batch`,
 * this step included. Groups of small variance are not blown up, and tasks with a large scale of rewards do not dominate. As in its code, a
 * group with an advantage beyond `limit` is divided by its own (population) deviation.
 */
export const emaGrpo = defineAdvantage({
  name: 'ema-grpo',
  settings: Type.Object(
    {
      decay: withDefault(Type.Number({ minimum: 0, exclusiveMaximum: 1, description: 'Decay of the moving averages of a task.' }), 0.99),
      minDeviation: withDefault(Type.Number({ exclusiveMinimum: 0, description: "Least deviation of a task's rewards." }), 1e-3),
      limit: withDefault(
        Type.Number({ exclusiveMinimum: 0, description: 'A group with a larger advantage is divided by its own deviation.' }),
        5,
      ),
    },
    { additionalProperties: false },
  ),
  estimate: (groups, { settings, state }) => {
    const moments = updateMoments(groups, parseState(state), settings.decay);
    return {
      state: moments,
      groups: groups.map((group) => {
        const centered = centeredRewards(group);
        const { mean, square } = moments[group.task] ?? { mean: 0, square: 0 };
        const deviation = Math.sqrt(Math.max(square - mean * mean, settings.minDeviation ** 2));
        const scaled = centered.map((value) => value / (deviation + EPSILON));
        const beyond = scaled.some((value) => Math.abs(value) > settings.limit);
        return placeScored(group, beyond ? byOwnDeviation(centered) : scaled, lacksVariance(scoredRewards(group)));
      }),
    };
  },
});

const EPSILON = 1e-6;

function byOwnDeviation(centered: readonly number[]): number[] {
  const deviation = Math.sqrt(centered.reduce((sum, value) => sum + value * value, 0) / centered.length);
  return centered.map((value) => value / (deviation + EPSILON));
}

function updateMoments(groups: readonly ScoredGroup[], before: TaskMoments, decay: number): TaskMoments {
  const after = { ...before };
  for (const task of new Set(groups.map((group) => group.task))) {
    const rewards = groups.filter((group) => group.task === task).flatMap(scoredRewards);
    if (rewards.length === 0) continue;
    const batch = { mean: meanOf(rewards), square: meanOf(rewards.map((reward) => reward * reward)) };
    const old = before[task];
    after[task] =
      old === undefined
        ? batch
        : { mean: decay * old.mean + (1 - decay) * batch.mean, square: decay * old.square + (1 - decay) * batch.square };
  }
  return after;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function parseState(state: unknown): TaskMoments {
  if (state === undefined) return {};
  if (Value.Check(TaskMoments, state)) return state;
  throw new TrainerError(
    'invalid_checkpoint',
    `The saved state of the advantage estimator ema-grpo is ${showValue(state)}, not { task: { mean, square } }. The run began with another estimator: give that one, or start a new run.`,
  );
}
