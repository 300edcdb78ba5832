// What a recipe may say, as one schema: the source of the types here, of `schema/recipe.json` for editors, and of the error messages.
// Defaults stand in the descriptions for readers and in `recipe.ts` as data; the settings under `trainer` are those of @vtriune/trainer.
import { TrainConfig } from '@vtriune/trainer';
import { Type, type Static } from 'typebox';
import { TASK_NAMES } from '../suite/index.ts';
import { discriminated } from './discriminated.ts';

const strict = { additionalProperties: false };
const count = (minimum: number, description: string) => Type.Integer({ minimum, description });
const Iou = Type.Number({ minimum: 0, maximum: 1 });

const SuiteData = Type.Object(
  {
    kind: Type.Literal('suite'),
    tasks: Type.Optional(
      Type.Array(Type.Enum([...TASK_NAMES]), { minItems: 1, uniqueItems: true, description: 'Tasks in turn. Default all eight.' }),
    ),
    seed: Type.Optional(count(0, 'Seed of the scenes. Default 1.')),
  },
  strict,
);

const JsonlFile = Type.Object(
  {
    path: Type.String({ minLength: 1, description: 'Samples, one a line; relative to this recipe.' }),
    weight: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Share in the mix, relative to the other files. Default its number of samples.' }),
    ),
  },
  strict,
);

const JsonlData = Type.Object(
  {
    kind: Type.Literal('jsonl'),
    files: Type.Array(JsonlFile, { minItems: 1, description: 'Training samples.' }),
    heldOut: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Files of samples to evaluate on. Default none.' })),
    maxPixels: Type.Optional(count(1, "Largest image area in pixels; larger images are scaled down. Default the model's own limit.")),
    seed: Type.Optional(count(0, 'Seed of the order. Default 1.')),
  },
  strict,
);

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
  ],
  {
    description:
      "IoU a box must reach in training: a number, dynamic (the paper's), average, or a schedule over progress. Default the sample's own.",
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
    timeoutMs: Type.Optional(count(1, 'Longest wait for an answer in milliseconds. Default 30000.')),
    concurrency: Type.Optional(count(1, 'Requests under way at once. Default 64.')),
    retries: Type.Optional(count(0, 'Further tries of a request. Default 3.')),
    iouSchedule: Type.Optional(IouSchedule),
  },
  strict,
);

/** A training run, as written. */
export const RecipeFile = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', description: 'Name of the run and of its folder.' }),
    model: Type.Object(
      { path: Type.String({ minLength: 1, description: 'Model folder in the Hugging Face layout; relative to this recipe.' }) },
      strict,
    ),
    data: discriminated([SuiteData, JsonlData], 'Where samples come from.'),
    evaluation: Type.Optional(
      Type.Object(
        {
          samplesPerTask: Type.Optional(count(0, 'Held-out samples a task; 0 turns evaluation off. Default 100.')),
          everySteps: Type.Optional(count(0, 'Evaluate during training this often; 0 only before and after. Default 0.')),
          split: Type.Optional(Type.Enum(['test', 'validation'], { description: 'Held-out split of the suite. Default test.' })),
          batchSize: Type.Optional(count(1, 'Prompts that run through the model at once. Default 64.')),
        },
        strict,
      ),
    ),
    reward: Type.Optional(
      discriminated(
        [LocalReward, HttpReward],
        'How responses are scored: in this process (default), or by reward services; their token is read from VTRIUNE_TOKEN.',
      ),
    ),
    trainer: TrainConfig,
    engine: Type.Optional(
      Type.Object(
        {
          ranks: Type.Optional(count(1, 'Worker threads with a replica each. Default 2.')),
          backend: Type.Optional(
            Type.Array(Type.Enum(['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu']), {
              minItems: 1,
              uniqueItems: true,
              description: 'Backends to try, in order. Default all.',
            }),
          ),
          tokensPerMicroBatch: Type.Optional(count(1, 'Padded tokens per forward and backward pass of a rank. Default 4096.')),
        },
        strict,
      ),
    ),
    checkpoint: Type.Optional(
      Type.Object(
        {
          everySteps: Type.Optional(count(1, 'Steps between checkpoints. Default 25.')),
          keep: Type.Optional(count(1, 'Newest checkpoints kept. Default 2.')),
        },
        strict,
      ),
    ),
    plugins: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'Verifier packages, by npm name or path. Default none.' }),
    ),
  },
  { ...strict, title: 'V-Triune recipe', description: 'A training run of orsta.' },
);
/** A training run, as written. */
export type RecipeFile = Static<typeof RecipeFile>;
