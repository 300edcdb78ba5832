import { Type, type Static } from 'typebox';

const SHARE = 'relative to the other ratio; the reward is divided by their sum';
/** Weight of the accuracy component. */
export const AccuracyRatio = Type.Number({ minimum: 0, description: `Weight of the accuracy component, ${SHARE}; 1 when absent.` });
/** Weight of the format component. */
export const FormatRatio = Type.Number({ minimum: 0, description: `Weight of the format component, ${SHARE}; 0 when absent.` });
/** Parameters of a verifier. */
export const Parameters = Type.Record(Type.String(), Type.Unknown(), { description: 'Parameters of the verifier.' });
/** What a verifier compares with. */
export const GroundTruth = Type.Unknown({
  description: "What the verifier compares with: text in the verifier's own notation, or a number, a list or an object.",
});

/**
 * One of several verifiers on a sample. The sample's reward is the mean of the terms' rewards, weighted; a field left out
 * is taken from `reward_model`.
 */
export const RewardTerm = Type.Object({
  verifier: Type.String({ minLength: 1 }),
  weight: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Share in the reward, relative to the other terms; 1 when absent.' }),
  ),
  name: Type.Optional(Type.String({ minLength: 1, description: 'Prefix of its components and metrics; the verifier name when absent.' })),
  verifier_parm: Type.Optional(Parameters),
  ground_truth: Type.Optional(GroundTruth),
  accuracy_ratio: Type.Optional(AccuracyRatio),
  format_ratio: Type.Optional(FormatRatio),
});
/** One of several verifiers on a sample. */
export type RewardTerm = Static<typeof RewardTerm>;

