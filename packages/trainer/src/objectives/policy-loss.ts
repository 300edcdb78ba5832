/**
 * What all policy objectives share: from a loss for each token to the loss of the batch. An objective says what a token's loss is; the mean,
 * the weight of its sampler, the divergence from the reference and the entropy bonus are added here and are settings of each of them:
 *
 * `loss = sum_t share_t (v_t loss_t + klCoefficient kl_t) - entropyBonus mean_t(entropy_t)`
 *
 * `v_t = min(exp(oldLogp_t - samplerLogp_t), samplerCap)` is truncated importance sampling (Ionides, 2008; for samplers that compute otherwise than the
 * trainer: Yao et al., "Your Efficient RL Framework Secretly Brings You Off-Policy RL Training", 2025): it makes up for tokens that were drawn by another
 * distribution than the one that the update begins with. No gradient flows through it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { withDefault } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';
import { TrainerError } from '../errors.ts';
import { MEAN_SETTINGS, tokenShares, weightedSum } from './mean.ts';
import type { ObjectiveContext, ObjectiveOutput, ObjectiveTargets } from './objective.ts';
import { KL_SETTINGS, referenceKl } from './reference-kl.ts';

/** Settings that every policy objective has. */
export const POLICY_SETTINGS = {
  ...MEAN_SETTINGS,
  ...KL_SETTINGS,
  samplerCap: withDefault(
    Type.Number({
      minimum: 0,
      description:
        "Truncated importance sampling: a token is weighted by the trainer's probability of it over the sampler's, up to this; 0 turns it off, 2 is usual.",
    }),
    0,
  ),
  entropyBonus: withDefault(
    Type.Number({ minimum: 0, description: 'Weight of the mean entropy of the next token, which is subtracted from the loss.' }),
    0,
  ),
};

/** The shared settings with their values. */
export type PolicySettings = Static<ReturnType<typeof Type.Object<typeof POLICY_SETTINGS>>>;

/** Sums that every policy objective reports. */
export const POLICY_STATISTICS = ['clip_fraction', 'approximate_kl', 'sampler_gap'] as const;

/** Losses of the single tokens. */
export interface TokenLosses {
  /** `[N]` */
  readonly losses: tf.Tensor1D;
  /** Number of tokens whose ratio was clipped on the side that counts. */
  readonly clipped: number;
}

/** Whether the objective compares with the model that training began with. */
export function usesReference(settings: unknown): boolean {
  return (settings as PolicySettings).klCoefficient > 0;
}

/** The loss of the batch and its statistics. */
export function policyOutput(
  targets: ObjectiveTargets,
  { settings, normalizer }: ObjectiveContext<PolicySettings>,
  { losses, clipped }: TokenLosses,
): ObjectiveOutput {
  return {
    loss: tf.tidy(() => {
      const weighted = withSamplerWeights(losses, targets, settings);
      const policy = weightedSum(withKl(weighted, targets, settings), tokenShares(targets, settings, normalizer));
      if (settings.entropyBonus === 0) return policy;
      const bonus = weightedSum(
        targets.entropy,
        targets.weights.map((weight) => (settings.entropyBonus * weight) / normalizer.tokens),
      );
      return tf.sub(policy, bonus);
    }),
    statistics: { clip_fraction: clipped, ...divergences(targets) },
  };
}

function withSamplerWeights(
  losses: tf.Tensor1D,
  { oldLogProbs, samplerLogProbs }: ObjectiveTargets,
  { samplerCap }: PolicySettings,
): tf.Tensor1D {
  if (samplerCap === 0) return losses;
  const weights = oldLogProbs.map((value, n) => Math.min(Math.exp(value - samplerLogProbs[n]!), samplerCap));
  return tf.mul(losses, tf.tensor1d(weights));
}

function withKl(losses: tf.Tensor1D, targets: ObjectiveTargets, settings: PolicySettings): tf.Tensor1D {
  if (settings.klCoefficient === 0) return losses;
  const { referenceLogProbs } = targets;
  if (referenceLogProbs === undefined)
    throw new TrainerError(
      'invalid_plugin',
      'klCoefficient is above 0 and the objective does not announce it: add usesReference to defineObjective.',
    );
  return tf.add(losses, tf.mul(settings.klCoefficient, referenceKl(targets.logProbs, referenceLogProbs, settings.klEstimator)));
}

/** `approximate_kl`, the sum of `old - new`, and `sampler_gap`, the sum of the differences of sampler and trainer before the first update. */
function divergences({ values, oldLogProbs, samplerLogProbs }: ObjectiveTargets): Record<string, number> {
  let kl = 0;
  let gap = 0;
  for (let n = 0; n < values.length; n++) {
    kl -= values[n]! - oldLogProbs[n]!;
    gap += Math.abs(oldLogProbs[n]! - samplerLogProbs[n]!);
  }
  return { approximate_kl: kl, sampler_gap: gap };
}
