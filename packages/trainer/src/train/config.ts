import { settings, withDefault, type Settings, type SettingsInput } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';
import { TrainerError } from '../errors.ts';
import { algorithms, type TrainerPlugin } from '../plugins.ts';
import { parseSettings, resolveAlgorithm } from '../resolve-settings.ts';

// The settings of an RL run as one schema, each with its default. Rewards, data, logging and files belong to the caller; model and backend
// come as an engine. Settings of an objective, an advantage estimator or a selector are in its own file.

const strict = { additionalProperties: false };
function positive(description: string) {
  return Type.Integer({ minimum: 1, description });
}
function fraction(description: string) {
  return Type.Number({ minimum: 0, maximum: 1, description });
}
/** At 1 a moment would never move from 0, and its correction divide by 0. */
function decay(description: string) {
  return Type.Number({ minimum: 0, exclusiveMaximum: 1, description });
}
function named(description: string, name: string) {
  return withDefault(
    Type.Object({ name: withDefault(Type.String({ minLength: 1, description }), name) }, { additionalProperties: true }),
    {},
  );
}

/** All settings of an RL run; every setting has a default but the number of steps. */
export const TrainConfig = Type.Object(
  {
    steps: positive('Training steps; each samples, scores and learns once.'),
    promptsPerStep: withDefault(positive('Prompts sampled in a step.'), 32),
    groupSize: withDefault(Type.Integer({ minimum: 2, description: 'Responses per prompt, the group of GRPO.' }), 8),
    updatesPerStep: withDefault(positive('Minibatches a step is cut into; more than 1 makes the later ones off-policy.'), 1),
    maxNewTokens: withDefault(positive('Longest response in tokens; with tools all turns of the policy together.'), 64),
    maxPromptTokens: withDefault(
      positive('Longest prompt in tokens, visual tokens included; a longer one stops the run and is named.'),
      8192,
    ),
    tools: withDefault(
      Type.Object(
        {
          use: withDefault(
            Type.Array(
              Type.Object({ name: Type.String({ minLength: 1, description: 'Name of the tool.' }) }, { additionalProperties: true }),
              { description: 'Tools that the policy may call in a response, by name, with the settings of each beside it.' },
            ),
            [],
          ),
          maxTurns: withDefault(positive('Turns of the policy in a response; the calls of the last one are not answered.'), 4),
          maxTokens: withDefault(
            positive('Tokens of a response with its tool turns and their images; an answer that does not fit ends it.'),
            4096,
          ),
          describe: withDefault(
            Type.Boolean({ description: 'Whether the prompt tells the model about the tools, in a system message as Qwen writes it.' }),
            true,
          ),
        },
        { ...strict, description: 'Tools and turns.' },
      ),
      {},
    ),
    temperature: withDefault(Type.Number({ exclusiveMinimum: 0, description: 'Sampling temperature.' }), 1),
    topP: withDefault(Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Nucleus of sampling; 1 keeps all.' }), 1),
    topK: withDefault(Type.Integer({ minimum: 0, description: 'Most probable tokens kept in sampling; 0 keeps all.' }), 0),
    objective: named('What an update minimizes; the settings of that objective beside it.', 'policy'),
    selection: named('Which of the next samples a step takes; the settings of that selector beside it.', 'in-order'),
    samplingRounds: withDefault(
      positive('Rounds of sampling in a step until promptsPerStep groups have different rewards (DAPO); 1 takes what comes.'),
      1,
    ),
    staleness: withDefault(
      Type.Integer({
        minimum: 0,
        maximum: 1,
        description:
          'Updates between the weights that responses come from and those that learn from them: with 1 a step is sampled while the one before is learned.',
      }),
      0,
    ),
    overlongBuffer: withDefault(
      Type.Integer({ minimum: 0, description: 'Last tokens before maxNewTokens over which a reward falls (DAPO); 0 turns it off.' }),
      0,
    ),
    overlongPenalty: withDefault(Type.Number({ minimum: 0, description: 'How much it falls by at maxNewTokens.' }), 1),
    advantage: named('How rewards become advantages; the settings of that estimator beside it.', 'grpo'),
    learningRate: withDefault(Type.Number({ exclusiveMinimum: 0, description: 'Peak learning rate.' }), 1e-4),
    learningRateDecay: withDefault(
      Type.Enum(['constant', 'cosine'], { description: 'What the learning rate does after warm-up.' }),
      'constant',
    ),
    learningRateFloor: withDefault(fraction('Share of the peak left at the end of a cosine.'), 0.1),
    warmupSteps: withDefault(Type.Integer({ minimum: 0, description: 'Steps of linear warm-up.' }), 0),
    beta1: withDefault(decay('First-moment decay of AdamW.'), 0.9),
    beta2: withDefault(decay('Second-moment decay of AdamW.'), 0.98),
    weightDecay: withDefault(Type.Number({ minimum: 0, description: 'Decoupled weight decay of matrices.' }), 0),
    gradientClip: withDefault(Type.Number({ exclusiveMinimum: 0, description: 'Longest gradient.' }), 1),
    freeze: withDefault(
      Type.Array(Type.Enum(['vit', 'connector', 'llm']), { uniqueItems: true, description: 'Parts that keep their values.' }),
      ['vit', 'connector'],
    ),
    failureLimit: withDefault(fraction('Share of rollouts of a step that may come back without a reward before the run stops.'), 0.5),
    seed: withDefault(Type.Integer({ minimum: 0, maximum: 0xffffffff, description: 'Seed of sampling.' }), 1),
  },
  { ...strict, description: 'Settings of an RL run.' },
);
/** All settings of an RL run as people write them: those with a default may be left out. */
export type TrainConfig = SettingsInput<typeof TrainConfig>;

/** All settings of an RL run with the defaults filled in, those of the objective and of the advantage estimator too. */
export type ResolvedTrainConfig = Static<typeof TrainConfig>;

/** The settings as a kit: schema of what people write, defaults, explanations. */
export const trainSettings: Settings<typeof TrainConfig> = settings(TrainConfig);

/** Checks settings and fills in the defaults. Throws `invalid_config` that names the first wrong field. */
export function resolveTrainConfig(config: unknown, options: { plugins?: readonly TrainerPlugin[] } = {}): ResolvedTrainConfig {
  const { objectives, advantages, selectors, tools } = algorithms(options.plugins);
  const resolved = parseSettings(trainSettings, config);
  resolved.objective = resolveAlgorithm({ name: 'objective', setting: 'objective' }, objectives, resolved.objective).settings;
  resolved.advantage = resolveAlgorithm({ name: 'advantage estimator', setting: 'advantage' }, advantages, resolved.advantage).settings;
  resolved.selection = resolveAlgorithm({ name: 'selector', setting: 'selection' }, selectors, resolved.selection).settings;
  resolved.tools.use = resolved.tools.use.map(
    (tool, index) => resolveAlgorithm({ name: 'tool', setting: `tools.use.${String(index)}` }, tools, tool).settings,
  );
  if (resolved.staleness > 0 && resolved.tools.use.length > 0) {
    throw new TrainerError(
      'invalid_config',
      'staleness is 1 and there are tools: responses with tool turns are not kept for the next step. Set staleness to 0, or take the tools out.',
    );
  }
  if (resolved.staleness > 0 && resolved.samplingRounds > 1) {
    throw new TrainerError(
      'invalid_config',
      `staleness is 1 and samplingRounds is ${String(resolved.samplingRounds)}: how many rounds are sampled depends on rewards that are not there yet. Set one of the two to its default.`,
    );
  }
  if (resolved.overlongBuffer > resolved.maxNewTokens) {
    throw new TrainerError(
      'invalid_config',
      `overlongBuffer is ${String(resolved.overlongBuffer)}, more than maxNewTokens ${String(resolved.maxNewTokens)}; it is the last part of a response.`,
    );
  }
  if (resolved.promptsPerStep % resolved.updatesPerStep !== 0) {
    throw new TrainerError(
      'invalid_config',
      `updatesPerStep is ${String(resolved.updatesPerStep)}, which does not divide promptsPerStep ${String(resolved.promptsPerStep)}; choose a divisor, so that all minibatches are equally large.`,
    );
  }
  return resolved;
}
