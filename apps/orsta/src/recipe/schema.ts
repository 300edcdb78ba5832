// What a recipe may say, as one schema: the source of the types here, of `schema/recipe.json` for editors, of the defaults and of the error
// messages. The settings under `trainer` are those of @vtriune/trainer.
import { discriminated, settings, withDefault, type Settings, type SettingsInput } from '@vtriune/format/settings';
import { AlarmSettings } from '@vtriune/monitor';
import { AdapterSettings, TrainConfig } from '@vtriune/trainer';
import { Type, type Static } from 'typebox';
import { LaunchSettings } from '../launch/settings.ts';
import { FURTHER_TASK_NAMES, TASK_NAMES } from '../suite/contract.ts';

const strict = { additionalProperties: false };
function count(minimum: number, description: string) {
  return Type.Integer({ minimum, description });
}
const Iou = Type.Number({ minimum: 0, maximum: 1 });

/** How prompts ask for the answer; the same for both kinds of data. */
const prompts = withDefault(
  Type.Enum(['as_is', 'asked', 'thinking'], {
    description:
      'How prompts ask for the answer: as_is, in the words of the data; asked, for its format in one of ten wordings; thinking, for reasoning first, in one of a hundred.',
  }),
  'as_is',
);

/** The same for both kinds of data. */
const maxPixels = Type.Optional(
  count(1, "Largest image area in pixels; larger images are scaled down. The model's own limit where absent."),
);

const SuiteData = Type.Object(
  {
    kind: Type.Literal('suite'),
    tasks: withDefault(
      Type.Array(Type.Enum([...TASK_NAMES, ...FURTHER_TASK_NAMES]), { minItems: 1, uniqueItems: true, description: 'Tasks in turn.' }),
      [...TASK_NAMES],
    ),
    maxPixels,
    prompts,
    seed: withDefault(count(0, 'Seed of the scenes and of the wordings.'), 1),
  },
  strict,
);

const DataFile = Type.Object(
  {
    path: Type.String({
      minLength: 1,
      description: 'Samples as JSON lines or Parquet, also a pattern such as train-*.parquet; relative to this recipe.',
    }),
    weight: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'Share in the mix, relative to the other files. Its number of samples where absent.',
      }),
    ),
  },
  strict,
);

const fileSettings = {
  files: Type.Array(DataFile, { minItems: 1, description: 'Training samples.' }),
  heldOut: withDefault(Type.Array(Type.String({ minLength: 1 }), { description: 'Files of samples to evaluate on.' }), []),
  maxPixels,
  prompts,
  seed: withDefault(count(0, 'Seed of the order and of the wordings.'), 1),
};
const FilesData = Type.Object({ kind: Type.Literal('files'), ...fileSettings }, strict);
/** The older name of `files`, from when a recipe read JSON lines only. A loaded recipe says `files`. */
const JsonlData = Type.Object({ kind: Type.Literal('jsonl'), ...fileSettings }, { ...strict, description: 'The older name of files.' });

const IouSchedule = Type.Union(
  [
    Type.Enum(['dynamic', 'average']),
    Iou,
    Type.Object({ kind: Type.Literal('constant'), threshold: Iou }, strict),
    Type.Object(
      { kind: Type.Literal('stages'), stages: Type.Array(Type.Object({ until: Iou, threshold: Iou }, strict), { minItems: 1 }) },
      strict,
    ),
    Type.Object({ kind: Type.Enum(['linear', 'cosine']), start: Iou, end: Iou, until: Type.Optional(Iou) }, strict),
    Type.Object(
      {
        kind: Type.Literal('adaptive'),
        levels: Type.Array(Iou, { minItems: 1 }),
        raiseAbove: Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
        minimumCount: Type.Optional(count(1, 'Responses of a source in a step that are needed to judge it.')),
      },
      strict,
    ),
  ],
  {
    description:
      "IoU a box must reach in training: a number, dynamic (the paper's), average, a schedule over progress, or adaptive: each source rises to its next level after every step in which more than raiseAbove of its responses reached the one before. The sample's own where absent.",
  },
);

const LocalReward = Type.Object({ kind: Type.Literal('local'), iouSchedule: Type.Optional(IouSchedule) }, strict);

const HttpReward = Type.Object(
  {
    kind: Type.Literal('http'),
    urls: Type.Array(Type.String({ pattern: '^https?://' }), {
      minItems: 1,
      description: 'Reward services, such as http://127.0.0.1:8700.',
    }),
    timeoutMs: withDefault(count(1, 'Longest wait for an answer in milliseconds.'), 30_000),
    concurrency: withDefault(count(1, 'Requests under way at once.'), 64),
    retries: withDefault(count(0, 'Further tries of a request.'), 3),
    iouSchedule: Type.Optional(IouSchedule),
  },
  strict,
);

const LocalRollout = Type.Object({ kind: Type.Literal('local') }, strict);
const serverRollout = {
  url: Type.String({
    pattern: '^https?://',
    description: 'Rollout server, such as http://127.0.0.1:30000, on a disk that this program sees.',
  }),
  weightsFolder: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Folder for the weights that the server reads, relative to this recipe; in the run folder where absent.',
    }),
  ),
  sleep: withDefault(Type.Boolean({ description: 'Whether the server gives its memory back while the trainer learns.' }), false),
  timeoutMs: withDefault(count(1, 'Longest wait for an answer in milliseconds.'), 600_000),
  concurrency: withDefault(count(1, 'Requests under way at once.'), 64),
  retries: withDefault(count(0, 'Further tries of a request.'), 3),
};
const VllmRollout = Type.Object(
  {
    kind: Type.Literal('vllm'),
    ...serverRollout,
    model: Type.Optional(Type.String({ minLength: 1, description: 'What vLLM calls the model; its first where absent.' })),
  },
  strict,
);
const SglangRollout = Type.Object({ kind: Type.Literal('sglang'), ...serverRollout }, strict);

/** A training run, with every default. */
export const RecipeFile = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', description: 'Name of the run and of its folder.' }),
    model: Type.Object(
      {
        path: Type.String({
          minLength: 1,
          description: 'Model folder in the Hugging Face layout, relative to this recipe; or hub:OWNER/NAME, hub:OWNER/NAME@REVISION.',
        }),
        adapter: Type.Optional(
          Type.String({ minLength: 1, description: "A LoRA adapter in PEFT's layout to go on with; relative to this recipe." }),
        ),
      },
      strict,
    ),
    adapter: Type.Optional(AdapterSettings),
    data: discriminated([SuiteData, FilesData, JsonlData], 'Where samples come from.'),
    evaluation: withDefault(
      Type.Object(
        {
          samplesPerTask: withDefault(count(0, 'Held-out samples a task; 0 turns evaluation off.'), 100),
          everySteps: withDefault(count(0, 'Evaluate during training this often; 0 only before and after.'), 0),
          split: withDefault(Type.Enum(['test', 'validation'], { description: 'Held-out split of the suite.' }), 'test'),
          batchSize: withDefault(count(1, 'Prompts that run through the model at once.'), 64),
        },
        strict,
      ),
      {},
    ),
    reward: withDefault(
      discriminated(
        [LocalReward, HttpReward],
        'How responses are scored: in this process, or by reward services; their token is read from VTRIUNE_TOKEN.',
      ),
      { kind: 'local' },
    ),
    trainer: TrainConfig,
    rollout: withDefault(
      discriminated(
        [LocalRollout, VllmRollout, SglangRollout],
        'Where responses are sampled: by the ranks, or by a server that gets the weights after each update; its token is read from VTRIUNE_TOKEN.',
      ),
      { kind: 'local' },
    ),
    engine: withDefault(
      Type.Object(
        {
          ranks: withDefault(count(1, 'Worker threads with a replica each.'), 2),
          backend: Type.Optional(
            Type.Array(Type.Enum(['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu']), {
              minItems: 1,
              uniqueItems: true,
              description: 'Backends to try, in order; all where absent.',
            }),
          ),
          tokensPerMicroBatch: withDefault(count(1, 'Padded tokens per forward and backward pass of a rank.'), 1024),
          gradientCheckpointing: withDefault(
            Type.Boolean({
              description: 'Compute each block again in the backward pass instead of keeping its activations: less memory, more time.',
            }),
            false,
          ),
          optimizer: withDefault(
            Type.Enum(['auto', 'host'], {
              description:
                'Where moments and gradients are held: beside the weights where one rank trains on a native backend and else on the host, or always on the host, which takes less memory of a GPU and more time.',
            }),
            'auto',
          ),
        },
        strict,
      ),
      {},
    ),
    checkpoint: withDefault(
      Type.Object(
        {
          everySteps: withDefault(count(1, 'Steps between checkpoints.'), 25),
          keep: withDefault(count(1, 'Newest checkpoints kept.'), 2),
        },
        strict,
      ),
      {},
    ),
    stopOnCollapse: withDefault(
      Type.Boolean({
        description: 'Whether a run ends with an error where its responses earn next to nothing for longer than chance explains.',
      }),
      true,
    ),
    alarms: withDefault(AlarmSettings, {}),
    rolloutImages: withDefault(
      Type.Object(
        {
          perSource: withDefault(count(0, 'Prompts of each source at each step whose images are kept in the run folder; 0 keeps none.'), 8),
          megabytes: withDefault(count(0, 'Size of all kept images; further ones are not kept.'), 512),
          maxSide: withDefault(count(16, 'Longer side of a kept image in pixels; larger ones are scaled down.'), 1024),
        },
        strict,
      ),
      {},
    ),
    launch: Type.Optional(LaunchSettings),
    plugins: withDefault(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Packages of verifiers, objectives, advantage estimators, selectors or tools, by npm name or path.',
      }),
      [],
    ),
  },
  { ...strict, title: 'V-Triune recipe', description: 'A training run of orsta.' },
);
/** A training run as people write it. */
export type RecipeFile = SettingsInput<typeof RecipeFile>;

/** A training run with every default filled in. */
export type ResolvedRecipe = Static<typeof RecipeFile>;

/** Recipes as a settings kit. */
export const recipeSettings: Settings<typeof RecipeFile> = settings(RecipeFile);
