import { withDefault } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';

/** A pre-training recipe, such as `recipes/nano-base.yaml`. */
export const PretrainRecipe = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'Name of the run.' }),
    model: Type.Optional(
      Type.String({ description: 'Model folder to go on from; a fresh orsta-nano where absent. Relative to the recipe.' }),
    ),
    lesson: Type.Optional(
      Type.Enum(['zoom', 'look', 'captions'], {
        description:
          'One thing to learn in place of the questions of the suite: to read signs by a call of the zoom tool, to read them at once, or scenes in plain text without a question.',
      }),
    ),
    maxPixels: Type.Optional(Type.Integer({ minimum: 1, description: "Largest image area in pixels; the model's own where absent." })),
    freshDecoder: withDefault(
      Type.Boolean({ description: 'Whether the decoder of the model is forgotten, so that only its vision is kept.' }),
      false,
    ),
    seed: Type.Integer({ minimum: 0, description: 'Seed of the weights and the data.' }),
    steps: Type.Integer({ minimum: 1, description: 'Optimizer steps, the warm-up of the vision tower included.' }),
    warmUpSteps: Type.Integer({ minimum: 0, description: 'First steps, on dense labels alone.' }),
    scenesPerStep: Type.Integer({ minimum: 1, description: 'Images in a batch; each brings all its questions.' }),
    learningRate: Type.Number({ exclusiveMinimum: 0, description: 'Peak of a cosine that ends at a twentieth of it.' }),
    weightDecay: Type.Number({ minimum: 0, description: 'Decoupled weight decay of matrices.' }),
    denseWeight: Type.Number({ minimum: 0, description: 'Weight of the dense labels after the warm-up.' }),
    boxNoise: Type.Number({ minimum: 0, description: 'Standard deviation of box labels in pixels.' }),
    boxMargin: withDefault(
      Type.Number({
        minimum: 0,
        description: 'How far each side of a box label lies outside of the object, as a mean share of the width or height; 0 is tight.',
      }),
      0,
    ),
    workedShare: withDefault(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of worked answers among questions that have steps.' }),
      0.25,
    ),
    arithmetic: withDefault(Type.Integer({ minimum: 0, description: 'Questions of arithmetic in text beside those of each scene.' }), 0),
    ranks: Type.Integer({ minimum: 1, description: 'Worker threads that share a batch.' }),
    validateEvery: Type.Integer({ minimum: 1, description: 'Steps between validations and checkpoints.' }),
  },
  { additionalProperties: false, description: 'How orsta-nano-base is made.' },
);
/** A pre-training recipe. */
export type PretrainRecipe = Static<typeof PretrainRecipe>;
