// The Sample contract: the field names of the published Orsta-Data-47k files (paper section 3.1), so that those load
// unchanged, plus optional fields of ours (`rewards`, `coordinate_space`). The schema describes the JSON form, where image
// bytes are base64 text; the derived type is the form in memory, where they are a Uint8Array. `parseSample` turns the
// first into the second, `toSampleJson` the second into the first; nothing else differs between the two.
import { Type, type Static } from 'typebox';
import { AccuracyRatio, FormatRatio, GroundTruth, Parameters, RewardTerm } from './reward-term.ts';

/** The coordinate systems a box can be written in; `pixel_resized` is the image as the model's processor resized it. */
export const CoordinateSpace = Type.Unsafe<'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1'>(
  Type.Enum(['pixel_original', 'pixel_resized', 'norm_1000', 'norm_1'], {
    description: 'Coordinates of the boxes in ground_truth and in the asked answer.',
  }),
);
/** One of `pixel_original`, `pixel_resized`, `norm_1000` (0..1000) and `norm_1` (0..1). */
export type CoordinateSpace = Static<typeof CoordinateSpace>;

/** One image: encoded file bytes (PNG, JPEG, ...), or a path relative to the folder of the data file; at least one of them. */
export const SampleImage = Type.Object({
  bytes: Type.Optional(
    Type.Unsafe<Uint8Array>({ type: 'string', contentEncoding: 'base64', description: 'The encoded image file, base64 in JSON.' }),
  ),
  path: Type.Optional(Type.String({ minLength: 1, description: 'Image file, relative to the folder of the data file.' })),
});
/** An image in memory: `bytes` is the encoded file as a Uint8Array. */
export type SampleImage = Static<typeof SampleImage>;

/** One chat message; every `<image>` in `content` stands for the next entry of `images`. */
export const PromptMessage = Type.Object({
  role: Type.Unsafe<'system' | 'user' | 'assistant'>(Type.Enum(['system', 'user', 'assistant'])),
  content: Type.String(),
});
/** One chat message of a prompt. */
export type PromptMessage = Static<typeof PromptMessage>;

/** Who scores a sample, against what, with which weights. One of `verifier` and `rewards` is needed. */
export const RewardModel = Type.Object({
  answer: Type.Optional(Type.Unknown({ description: 'The bare answer, without markup: text, a number, a list or an object.' })),
  ground_truth: GroundTruth,
  accuracy_ratio: Type.Optional(AccuracyRatio),
  format_ratio: Type.Optional(FormatRatio),
  verifier: Type.Optional(Type.String({ minLength: 1, description: 'Name of the verifier.' })),
  verifier_parm: Type.Optional(Parameters),
  rewards: Type.Optional(Type.Array(RewardTerm, { minItems: 1, description: 'Several verifiers on this sample.' })),
  coordinate_space: Type.Optional(CoordinateSpace),
  style: Type.Optional(Type.String({ description: 'verl compatibility, e.g. "rule"; not read here.' })),
});
/** Who scores a sample, against what, with which weights. */
export type RewardModel = Static<typeof RewardModel>;

/** Facts about a sample that no verifier needs; further keys are kept as they are. */
export const ExtraInfo = Type.Unsafe<{ id: string; image_path?: string | string[]; split?: string; [key: string]: unknown }>(
  Type.Object({
    id: Type.Unsafe<string>({
      type: ['string', 'integer'],
      description: 'Unique within a data set; an integer is read as its decimal text.',
    }),
    image_path: Type.Optional(
      Type.Unsafe({ type: ['string', 'array'], items: { type: 'string' }, description: 'Where the image came from.' }),
    ),
    split: Type.Optional(Type.String({ description: 'train, test, ...' })),
  }),
);
/** Facts about a sample that no verifier needs. */
export type ExtraInfo = Static<typeof ExtraInfo>;

/** One training or evaluation sample; see the package README for a complete example. */
export const Sample = Type.Object({
  data_source: Type.String({ minLength: 1, description: 'Where the sample comes from; every metric is kept per data source.' }),
  images: Type.Array(SampleImage, { description: 'In the order of the <image> marks; [] for text-only samples.' }),
  prompt: Type.Array(PromptMessage, { minItems: 1 }),
  ability: Type.String({ description: 'Kind of task, e.g. math, detection.' }),
  reward_model: RewardModel,
  extra_info: ExtraInfo,
});
/** A sample in memory: as in JSON, but image bytes are Uint8Arrays. */
export type Sample = Static<typeof Sample>;

/** The mark in a prompt that stands for one image. */
export const IMAGE_MARK = '<image>';
