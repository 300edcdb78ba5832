import { Ajv } from 'ajv';
import { Type, type Static } from 'typebox';
import { TrainerError } from '../errors.ts';

// The settings of an RL run as one schema, and the numbers that stand where nothing is said. Rewards, data, logging and files belong to the
// caller; model and backend come as an engine.

const strict = { additionalProperties: false };
const positive = (description: string) => Type.Integer({ minimum: 1, description });
const fraction = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

/** All settings of an RL run; every field has a default but the number of steps. */
export const TrainConfig = Type.Object(
  {
    steps: positive('Training steps; each samples, scores and learns once.'),
    promptsPerStep: Type.Optional(positive('Prompts sampled in a step. Default 32.')),
    groupSize: Type.Optional(Type.Integer({ minimum: 2, description: 'Responses per prompt, the group of GRPO. Default 8.' })),
    updatesPerStep: Type.Optional(positive('Minibatches a step is cut into; more than 1 makes the later ones off-policy. Default 1.')),
    maxNewTokens: Type.Optional(positive('Longest response in tokens. Default 64.')),
    temperature: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Sampling temperature. Default 1.' })),
    topP: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Nucleus of sampling; 1 keeps all. Default 1.' })),
    topK: Type.Optional(Type.Integer({ minimum: 0, description: 'Most probable tokens kept in sampling; 0 keeps all. Default 0.' })),
    clipLow: Type.Optional(fraction('Lower clip of the probability ratio. Default 0.2.')),
    clipHigh: Type.Optional(Type.Number({ minimum: 0, description: 'Upper clip of the probability ratio (clip-higher). Default 0.28.' })),
    normalizeByDeviation: Type.Optional(
      Type.Boolean({ description: 'Divide advantages by the standard deviation of the group. Default true.' }),
    ),
    learningRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Peak learning rate. Default 1e-4.' })),
    learningRateDecay: Type.Optional(
      Type.Enum(['constant', 'cosine'], { description: 'What the learning rate does after warm-up. Default constant.' }),
    ),
    learningRateFloor: Type.Optional(fraction('Share of the peak left at the end of a cosine. Default 0.1.')),
    warmupSteps: Type.Optional(Type.Integer({ minimum: 0, description: 'Steps of linear warm-up. Default 0.' })),
    beta1: Type.Optional(fraction('First-moment decay of AdamW. Default 0.9.')),
    beta2: Type.Optional(fraction('Second-moment decay of AdamW. Default 0.98.')),
    weightDecay: Type.Optional(Type.Number({ minimum: 0, description: 'Decoupled weight decay of matrices. Default 0.' })),
    gradientClip: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Longest gradient. Default 1.' })),
    freeze: Type.Optional(
      Type.Array(Type.Enum(['vit', 'connector', 'llm']), {
        uniqueItems: true,
        description: 'Parts that keep their values. Default [vit, connector].',
      }),
    ),
    failureLimit: Type.Optional(
      fraction('Share of rollouts of a step that may come back without a reward before the run stops. Default 0.5.'),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffffffff, description: 'Seed of sampling. Default 1.' })),
  },
  { ...strict, description: 'Settings of a GRPO run.' },
);
/** All settings of an RL run, as written. */
export type TrainConfig = Static<typeof TrainConfig>;

/** All settings of an RL run with the defaults filled in. */
export type ResolvedTrainConfig = Required<TrainConfig>;

const DEFAULTS = {
  promptsPerStep: 32,
  groupSize: 8,
  updatesPerStep: 1,
  maxNewTokens: 64,
  temperature: 1,
  topP: 1,
  topK: 0,
  clipLow: 0.2,
  clipHigh: 0.28,
  normalizeByDeviation: true,
  learningRate: 1e-4,
  learningRateDecay: 'constant',
  learningRateFloor: 0.1,
  warmupSteps: 0,
  beta1: 0.9,
  beta2: 0.98,
  weightDecay: 0,
  gradientClip: 1,
  freeze: ['vit', 'connector'],
  failureLimit: 0.5,
  seed: 1,
} satisfies Omit<ResolvedTrainConfig, 'steps'>;

const check = new Ajv({ allErrors: true }).compile<TrainConfig>(TrainConfig);

/** Checks settings and fills in the defaults. Throws `invalid_config` that names each wrong field. */
export function resolveTrainConfig(config: unknown): ResolvedTrainConfig {
  if (!check(config)) {
    const problems = (check.errors ?? []).map(
      (error) => `${error.instancePath || '/'} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
    );
    throw new TrainerError(
      'invalid_config',
      `The training settings are wrong: ${problems.join('; ')}. See the schema train-config.json for what is allowed.`,
    );
  }
  const resolved: ResolvedTrainConfig = { ...DEFAULTS, ...config };
  if (resolved.promptsPerStep % resolved.updatesPerStep !== 0) {
    throw new TrainerError(
      'invalid_config',
      `updatesPerStep is ${String(resolved.updatesPerStep)}, which does not divide promptsPerStep ${String(resolved.promptsPerStep)}; choose a divisor, so that all minibatches are equally large.`,
    );
  }
  return resolved;
}
