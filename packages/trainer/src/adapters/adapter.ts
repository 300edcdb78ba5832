/**
 * LoRA (Hu et al., arXiv 2106.09685): `W x` becomes `W x + scaling B (A x)`, with `A` `[rank, in]` and `B` `[out, rank]`. An adapter is a map of
 * further parameters beside those of the model, named as PEFT names them behind the module's own name: `X.lora_A.weight`, `X.lora_B.weight`;
 * `X.lora_scaling` is the constant. Where a model has an adapter, only the adapter is trained, and the optimizer has moments for nothing else.
 */
import { settings, withDefault } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';
import { TrainerError } from '../errors.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import { partOf, weightShapes, type ModelPart } from '../models/qwen2-5-vl/weights.ts';
import { counterRandom } from '../counter-random.ts';
import { parseSettings } from '../resolve-settings.ts';
import { adapterNames } from './adapter-names.ts';

/** Settings of a new adapter. */
export const AdapterSettings = Type.Object(
  {
    rank: withDefault(Type.Integer({ minimum: 1, description: 'Rank of the update of a matrix.' }), 16),
    alpha: withDefault(Type.Number({ exclusiveMinimum: 0, description: 'The update is scaled by alpha / rank.' }), 32),
    rankStabilized: withDefault(
      Type.Boolean({ description: 'Scale by alpha / sqrt(rank) (rsLoRA, arXiv 2312.03732), which lets large ranks learn.' }),
      false,
    ),
    targets: withDefault(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        uniqueItems: true,
        description: 'Modules by the end of their name, such as q_proj, layers.3.mlp.up_proj or attn.qkv.',
      }),
      ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    ),
    parts: withDefault(
      Type.Array(Type.Enum(['vit', 'connector', 'llm']), {
        minItems: 1,
        uniqueItems: true,
        description: 'Parts in which targets are looked for.',
      }),
      ['llm'],
    ),
    seed: withDefault(Type.Integer({ minimum: 0, maximum: 0xffffffff, description: 'Seed of the first values.' }), 1),
  },
  { additionalProperties: false },
);
/** Settings of a new adapter with the defaults filled in. */
export type AdapterSettings = Static<typeof AdapterSettings>;

/** An adapter: its parameters, and what its `adapter_config.json` says. */
export interface Adapter {
  readonly parameters: Map<string, HostTensor>;
  readonly rankStabilized: boolean;
}

/** Matrices that can have an adapter, `[out, in]` each, by the name of their module. */
export function adaptableModules(config: ModelConfig): Map<string, readonly [outputs: number, inputs: number]> {
  const modules = new Map<string, readonly [number, number]>();
  for (const [name, [outputs, inputs, ...more]] of weightShapes(config)) {
    const module = name.slice(0, -'.weight'.length);
    const matrix = name.endsWith('.weight') && outputs !== undefined && inputs !== undefined && more.length === 0;
    if (matrix && module !== 'model.embed_tokens' && module !== 'lm_head') modules.set(module, [outputs, inputs]);
  }
  return modules;
}

/**
 * A fresh adapter, which changes nothing yet: `A` is uniform within `1 / sqrt(in)`, as PEFT begins, and `B` is 0. Throws `invalid_config` where a
 * target is no module of the model.
 */
export function createAdapter(config: ModelConfig, given: Partial<AdapterSettings> = {}): Adapter {
  const own = parseSettings(settings(AdapterSettings), given, 'adapter.');
  const { rank, alpha, rankStabilized, seed } = own;
  const parameters = new Map<string, HostTensor>();
  targetModules(config, own).forEach(([module, [outputs, inputs]], index) => {
    const { down, up, scaling } = adapterNames(module);
    const bound = 1 / Math.sqrt(inputs);
    parameters.set(down, {
      shape: [rank, inputs],
      data: Float32Array.from({ length: rank * inputs }, (_, i) => bound * (2 * counterRandom(seed, index, i) - 1)),
    });
    parameters.set(up, { shape: [outputs, rank], data: new Float32Array(outputs * rank) });
    parameters.set(scaling, { shape: [], data: Float32Array.of(alpha / (rankStabilized ? Math.sqrt(rank) : rank)) });
  });
  return { parameters, rankStabilized };
}

/** How many parameters a new adapter has. Throws `invalid_config` where a target is no module of the model. */
export function countAdapterParameters(config: ModelConfig, given: Partial<AdapterSettings> = {}): number {
  const own = parseSettings(settings(AdapterSettings), given, 'adapter.');
  return targetModules(config, own).reduce((sum, [, [outputs, inputs]]) => sum + own.rank * (outputs + inputs), 0);
}

/** The matrices that the settings mean, with their shapes. */
function targetModules(
  config: ModelConfig,
  { targets, parts }: AdapterSettings,
): (readonly [module: string, shape: readonly [outputs: number, inputs: number]])[] {
  const modules = [...adaptableModules(config)].filter(([module]) => parts.includes(partOf(`${module}.weight`)));
  checkTargets(
    targets,
    modules.map(([module]) => module),
    parts,
  );
  return modules.filter(([module]) => targets.some((target) => matches(module, target)));
}

/** PEFT's rule: the whole name, or its end after a dot. */
function matches(module: string, target: string): boolean {
  return module === target || module.endsWith(`.${target}`);
}

function checkTargets(targets: readonly string[], modules: readonly string[], parts: readonly ModelPart[]): void {
  const unknown = targets.find((target) => !modules.some((module) => matches(module, target)));
  if (unknown === undefined) return;
  const kinds = new Set(modules.map((module) => module.replace(/^.*?(\d+)\.(?=[a-z])/, '')));
  throw new TrainerError(
    'invalid_config',
    `adapter.targets has ${JSON.stringify(unknown)}, which ends the name of no matrix of ${parts.join(' and ')}. Matrices there: ${[...kinds].join(', ')}. Correct the name, or add its part to adapter.parts.`,
  );
}
