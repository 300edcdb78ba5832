/**
 * The one shape of a reward question and its answer, used in process, over HTTP and in files.
 *
 * Field names are those of the published Orsta-Data-47k files (snake_case). What is left out on purpose: the prompt and
 * the pixels, which no rule-based verifier needs. A failure is a result of its own and never a reward of 0.
 */
import { RewardTerm as SampleTerm } from '@vtriune/format/reward-term';
import { Type, type Static } from 'typebox';

/** The size of one image in pixels: as stored, and as the model saw it when it was resized. */
export const ImageSize = Type.Object({
  width: Type.Number({ exclusiveMinimum: 0, description: 'width of the stored image, pixels' }),
  height: Type.Number({ exclusiveMinimum: 0, description: 'height of the stored image, pixels' }),
  resized_width: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'width after the processor resized it, pixels' })),
  resized_height: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'height after the processor resized it, pixels' })),
});
export type ImageSize = Static<typeof ImageSize>;

/** How far training is: `step` of `total_steps`, and for an adaptive schedule what this source has passed so far. Dynamic IoU reads it. */
export const Progress = Type.Object({
  step: Type.Number({ minimum: 0 }),
  total_steps: Type.Number({ exclusiveMinimum: 0 }),
  recorded: Type.Optional(
    Type.Array(Type.Object({ passed: Type.Number({ minimum: 0 }), count: Type.Number({ minimum: 0 }) }), {
      description: 'rollouts of this source that reached the threshold of their window, and all of them; oldest window first',
    }),
  ),
});
export type Progress = Static<typeof Progress>;

/**
 * One of several verifiers on one sample, with its weight; what it leaves out it takes from the request. The fields are those of the sample's
 * term; its parameters are checked by the verifier, so that a wrong one fails with `invalid_parameters` and not with the whole request.
 */
export const RewardTerm = Type.Object({ ...SampleTerm.properties, verifier_parm: Type.Optional(Type.Unknown()) });
export type RewardTerm = Static<typeof RewardTerm>;

/** What happened on the way to a response, where the policy could call tools. */
export const Trajectory = Type.Object({
  tool_calls: Type.Integer({ minimum: 0, description: 'calls that were answered' }),
  tool_errors: Type.Integer({ minimum: 0, description: 'how many of them got an error' }),
  turns: Type.Array(Type.Object({ role: Type.Union([Type.Literal('assistant'), Type.Literal('tool')]), text: Type.String() }), {
    description: 'all turns in order, an image of a tool as <image>; the last is the response',
  }),
});
export type Trajectory = Static<typeof Trajectory>;

/** One response to be scored. */
export const RewardRequest = Type.Object({
  id: Type.String({ description: 'returned with the result' }),
  data_source: Type.String({ description: 'the source whose metrics this result counts for' }),
  verifier: Type.String({ minLength: 1 }),
  verifier_parm: Type.Optional(Type.Unknown({ description: 'an object that the schema of the verifier accepts; null is none' })),
  rewards: Type.Optional(Type.Array(RewardTerm, { minItems: 1, description: 'several verifiers; takes the place of verifier' })),
  response: Type.String({ description: 'the whole text the model wrote; with tools its last turn' }),
  trajectory: Type.Optional(Trajectory),
  ground_truth: Type.Unknown({ description: 'text or JSON, as the verifier reads it' }),
  answer: Type.Optional(Type.Unknown({ description: 'the answer without formatting, as in the published data' })),
  accuracy_ratio: Type.Optional(Type.Number({ minimum: 0, description: '1 when absent' })),
  format_ratio: Type.Optional(Type.Number({ minimum: 0, description: '0 when absent' })),
  progress: Type.Optional(Progress),
  split: Type.Optional(Type.Union([Type.Literal('train'), Type.Literal('test')])),
  images: Type.Optional(Type.Array(ImageSize)),
});
export type RewardRequest = Static<typeof RewardRequest>;

/** A reward in [0, 1], what it is made of, and what is only reported. One verifier always gives the same keys. */
export const ScoredResult = Type.Object({
  id: Type.String(),
  data_source: Type.String(),
  verifier: Type.String(),
  status: Type.Literal('scored'),
  reward: Type.Number({ minimum: 0, maximum: 1 }),
  components: Type.Record(Type.String(), Type.Number()),
  metrics: Type.Record(Type.String(), Type.Number()),
  elapsed_ms: Type.Number({ minimum: 0 }),
});
export type ScoredResult = Static<typeof ScoredResult>;

/** Why there is no reward; see `VerifierErrorCode` for each. */
export const FailureCode = Type.Union([
  Type.Literal('invalid_request'),
  Type.Literal('unknown_verifier'),
  Type.Literal('invalid_parameters'),
  Type.Literal('invalid_ground_truth'),
  Type.Literal('timeout'),
  Type.Literal('overloaded'),
  Type.Literal('verifier_error'),
]);
export type FailureCode = Static<typeof FailureCode>;

/** A question that could not be scored. The trainer leaves it out of the group, the monitor counts it. */
export const FailedResult = Type.Object({
  id: Type.String(),
  data_source: Type.String(),
  verifier: Type.String(),
  status: Type.Literal('failed'),
  error: Type.Object({ code: FailureCode, message: Type.String() }),
});
export type FailedResult = Static<typeof FailedResult>;

/** What `score` returns for each request. */
export const RewardResult = Type.Union([ScoredResult, FailedResult]);
export type RewardResult = Static<typeof RewardResult>;
