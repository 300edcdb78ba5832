import type { Sample } from '@vtriune/format';
import type { ImageSize, Progress, RewardRequest, Trajectory } from './contract.ts';
import { VerifierError } from './errors.ts';

/** A response to a sample, and when and where it was given. */
export interface SampleResponse {
  readonly sample: Sample;
  readonly response: string;
  /** Tells the responses to one sample apart; the sample's own id when absent. */
  readonly id?: string;
  readonly progress?: Progress;
  readonly split?: 'train' | 'test';
  /** Needed where boxes are converted between spaces. */
  readonly images?: readonly ImageSize[];
  /** Where the policy could call tools. */
  readonly trajectory?: Trajectory;
}

/**
 * The reward request for a response to a sample: its verifier or verifiers, ratios and parameters, with the sample's
 * `coordinate_space` among the parameters.
 *
 * @throws VerifierError `invalid_request` when the sample names no verifier.
 */
export function createRewardRequest(given: SampleResponse): RewardRequest {
  const { sample, response, id = sample.extra_info.id, progress, split, images, trajectory } = given;
  const { verifier, rewards, ground_truth, answer, accuracy_ratio, format_ratio, verifier_parm, coordinate_space } = sample.reward_model;
  const name = verifier ?? rewards?.map((entry) => entry.verifier).join('+');
  if (name === undefined) {
    throw new VerifierError(
      'invalid_request',
      `Sample "${id}" names no verifier. Set reward_model.verifier, or list several in reward_model.rewards.`,
    );
  }
  const withSpace = (parameters: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
    coordinate_space === undefined ? parameters : { coordinate_space, ...parameters };
  return {
    id,
    data_source: sample.data_source,
    verifier: name,
    verifier_parm: withSpace(verifier_parm),
    response,
    ground_truth,
    ...(rewards === undefined
      ? {}
      : {
          rewards: rewards.map((entry) => ({
            ...entry,
            ...(entry.verifier_parm === undefined ? {} : { verifier_parm: withSpace(entry.verifier_parm) }),
          })),
        }),
    ...(answer === undefined ? {} : { answer }),
    ...(accuracy_ratio === undefined ? {} : { accuracy_ratio }),
    ...(format_ratio === undefined ? {} : { format_ratio }),
    ...(progress === undefined ? {} : { progress }),
    ...(split === undefined ? {} : { split }),
    ...(images === undefined ? {} : { images: [...images] }),
    ...(trajectory === undefined ? {} : { trajectory }),
  };
}
