import { withDefault } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';

const strict = { additionalProperties: false };
function count(minimum: number, description: string) {
  return Type.Integer({ minimum, description });
}

/** The `launch` group of a recipe: how it runs on a cluster. `orsta train` does not read it. */
export const LaunchSettings = Type.Object(
  {
    nodes: withDefault(count(1, 'Machines of the cluster.'), 1),
    gpusPerNode: withDefault(count(0, 'GPUs of a machine; 0 trains on CPUs.'), 8),
    workersPerNode: withDefault(count(1, 'Data-parallel ranks of a machine without GPUs.'), 1),
    model: Type.Optional(
      Type.String({ minLength: 1, description: 'The model as the cluster finds it, a Hub id or a path there; model.path where absent.' }),
    ),
    folder: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Folder that every machine sees; the folder of the run where absent. Relative to the recipe.',
      }),
    ),
    python: withDefault(Type.String({ minLength: 1, description: 'Python of the cluster, with the engine installed.' }), 'python'),
    maxFailures: withDefault(count(0, 'Restarts from the newest checkpoint after a worker failed.'), 3),
    tokensPerGpu: withDefault(count(1, 'Tokens of a micro-batch on one GPU (verl).'), 20_480),
    sequencesPerGpu: withDefault(count(1, 'Sequences of a micro-batch on one GPU (TRL).'), 4),
    gradientCheckpointing: withDefault(Type.Boolean({ description: 'Recompute activations in the backward pass.' }), true),
    offload: withDefault(Type.Boolean({ description: 'Keep parameters and optimizer on the host between uses (verl).' }), false),
    generation: withDefault(
      Type.Object(
        {
          tensorParallel: withDefault(count(1, 'GPUs that share one copy of the model in generation (verl).'), 1),
          memoryShare: withDefault(
            Type.Number({ exclusiveMinimum: 0, maximum: 1, description: "Share of a GPU's memory for generation (verl)." }),
            0.6,
          ),
          vllmUrl: Type.Optional(Type.String({ pattern: '^https?://', description: 'A running `trl vllm-serve` (TRL).' })),
        },
        { ...strict, description: 'How responses are generated.' },
      ),
      {},
    ),
    rewards: withDefault(
      Type.Object(
        {
          command: withDefault(
            Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'What starts a reward service on a machine.' }),
            ['npx', 'orsta', 'serve'],
          ),
          port: withDefault(count(1, 'Port of the first service; each further one takes the next.'), 8700),
        },
        { ...strict, description: 'Reward services, one on every machine. With `reward.kind: http` those of its URLs are used instead.' },
      ),
      {},
    ),
  },
  { ...strict, description: 'How `orsta launch` runs the recipe on a cluster.' },
);
/** The `launch` group of a recipe. */
export type LaunchSettings = Static<typeof LaunchSettings>;
