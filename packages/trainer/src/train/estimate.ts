import { at } from '@vtriune/format/at';
import type { GroupAdvantages } from '../advantages/advantage.ts';
import type { PreparedPrompt } from '../data/prepare-prompt.ts';
import { algorithmNamed, algorithms, type TrainerPlugin } from '../plugins.ts';
import type { SampledPrompt } from '../selection/selection.ts';
import type { ResolvedTrainConfig } from './config.ts';
import { overlongPenalty } from './overlong.ts';
import type { RewardOutcome } from './reward.ts';
import type { Rollout } from './rollout.ts';

/** The rollouts of one prompt. */
export interface RolloutGroup<Outcome extends RewardOutcome = RewardOutcome> {
  prompt: PreparedPrompt;
  rollouts: Rollout<Outcome>[];
  /** The group teaches nothing and is left out of the update. */
  zeroVariance: boolean;
}

/** Groups with their advantages, and what the estimator keeps. */
export interface Estimate<Outcome extends RewardOutcome> {
  groups: RolloutGroup<Outcome>[];
  memory: unknown;
}

/** Gathers the rollouts of each prompt and gives each its advantage. */
export function estimateAdvantages<Outcome extends RewardOutcome>(
  options: { config: ResolvedTrainConfig; plugins?: readonly TrainerPlugin[] },
  rollouts: readonly Rollout<Outcome>[],
  state: unknown,
): Estimate<Outcome> {
  const { name, ...settings } = options.config.advantage;
  const estimator = algorithmNamed('advantage estimator', algorithms(options.plugins).advantages, name);
  const given = [...groupByPrompt(rollouts)];
  const estimate = estimator.estimate(
    given.map(([prompt, own]) => sampledPrompt(prompt, own, options.config)),
    { settings, state },
  );
  const groups = given.map(([prompt, own], index) => groupOf(prompt, own, at(estimate.groups, index)));
  return { groups, memory: estimate.state };
}

/** A prompt as estimators and selectors see it; a reward is lowered where its response is too long. */
export function sampledPrompt({ sample }: PreparedPrompt, rollouts: readonly Rollout[], config: ResolvedTrainConfig): SampledPrompt {
  return {
    id: String(sample.extra_info.id),
    source: sample.data_source,
    task: sample.ability,
    rollouts: rollouts.map(({ outcome, generation }) => {
      if (outcome.status === 'failed') return { reward: null };
      const reward = outcome.reward + overlongPenalty(generation.tokenIds.length, config);
      return { reward, ...(outcome.components === undefined ? {} : { components: outcome.components }) };
    }),
  };
}

function groupByPrompt<Outcome extends RewardOutcome>(rollouts: readonly Rollout<Outcome>[]): Map<PreparedPrompt, Rollout<Outcome>[]> {
  const byPrompt = new Map<PreparedPrompt, Rollout<Outcome>[]>();
  for (const rollout of rollouts) {
    const own = byPrompt.get(rollout.prompt);
    if (own === undefined) byPrompt.set(rollout.prompt, [rollout]);
    else own.push(rollout);
  }
  return byPrompt;
}

function groupOf<Outcome extends RewardOutcome>(
  prompt: PreparedPrompt,
  rollouts: readonly Rollout<Outcome>[],
  { advantages, zeroVariance }: GroupAdvantages,
): RolloutGroup<Outcome> {
  return { prompt, zeroVariance, rollouts: rollouts.map((rollout, g) => ({ ...rollout, advantage: at(advantages, g) })) };
}
