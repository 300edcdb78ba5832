// Adapters as PEFT stores them: `adapter_config.json` and `adapter_model.safetensors`, whose names are those of the modules of
// `Qwen2_5_VLForConditionalGeneration`. What this package does not compute is refused by name: DoRA, biases, further modules, embeddings.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { namingPath } from '../files/naming-path.ts';
import { TrainerError } from '../errors.ts';
import { readJsonIfPresent } from '../files/read-text.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import { canonicalName } from '../safetensors/canonical-name.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { adaptableModules, type Adapter } from './adapter.ts';
import { adaptedModules, adapterNames, isTrainedAdapterParameter } from './adapter-names.ts';

/** The file that tells an adapter's folder from a model's. */
export const ADAPTER_CONFIG = 'adapter_config.json';
const ADAPTER_WEIGHTS = 'adapter_model.safetensors';
const PREFIX = 'base_model.model.';

const AdapterConfig = Type.Object({
  peft_type: Type.Literal('LORA'),
  r: Type.Integer({ minimum: 1 }),
  lora_alpha: Type.Number(),
  use_rslora: Type.Optional(Type.Boolean()),
  alpha_pattern: Type.Optional(Type.Record(Type.String(), Type.Number())),
});
type AdapterConfig = Static<typeof AdapterConfig>;

/** Fields that change what an adapter computes, with the values under which it computes plain LoRA. */
const PLAIN: Readonly<Record<string, readonly unknown[]>> = {
  bias: ['none'],
  use_dora: [false],
  fan_in_fan_out: [false],
  lora_bias: [false],
  modules_to_save: [null],
  layer_replication: [null],
  use_qalora: [false],
  target_parameters: [null],
  trainable_token_indices: [null],
};

/** Reads an adapter for a model. Throws `invalid_checkpoint` or `invalid_safetensors` where it is damaged, of another kind or of another model. */
export async function readAdapter(folder: string, config: ModelConfig): Promise<Adapter> {
  const settings = await readConfig(folder);
  const stored = await readSafetensors(join(folder, ADAPTER_WEIGHTS));
  const parameters = new Map<string, HostTensor>();
  for (const [name, { shape, data }] of stored) parameters.set(nameInModel(folder, name), { shape, data });
  const shapes = adaptableModules(config);
  const modules = adaptedModules(parameters.keys());
  for (const module of modules) {
    const rank = checkShapes(folder, { module, parameters, shape: shapes.get(module) });
    const { scaling } = adapterNames(module);
    parameters.set(scaling, { shape: [], data: Float32Array.of(scalingOf(folder, settings, { module, rank })) });
  }
  if (modules.length === 0 || parameters.size !== 3 * modules.length)
    throw damaged(folder, `${ADAPTER_WEIGHTS} holds ${String(stored.size)} tensors, which are not pairs of lora_A and lora_B`);
  return { parameters, rankStabilized: settings.use_rslora ?? false };
}

/** Writes an adapter so that `PeftModel.from_pretrained` loads it on the base model. */
export async function writeAdapter(
  folder: string,
  { parameters, rankStabilized }: { parameters: ReadonlyMap<string, HostTensor>; rankStabilized: boolean },
  base: string,
): Promise<void> {
  await namingPath(folder, () => mkdir(folder, { recursive: true }));
  const modules = adaptedModules(parameters.keys());
  const ranks = modules.map((module) => rankOf(parameters, module));
  const alphas = modules.map((module, index) => alphaOf(parameters, module, { rank: ranks[index]!, rankStabilized }));
  const [r = 1] = ranks;
  const [alpha = 1] = alphas;
  const config = {
    peft_type: 'LORA',
    base_model_name_or_path: base,
    auto_mapping: {
      base_model_class: 'Qwen2_5_VLForConditionalGeneration',
      parent_library: 'transformers.models.qwen2_5_vl.modeling_qwen2_5_vl',
    },
    r,
    lora_alpha: alpha,
    use_rslora: rankStabilized,
    target_modules: modules.map(peftName),
    rank_pattern: patternOf(modules, ranks, r),
    alpha_pattern: patternOf(modules, alphas, alpha),
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    modules_to_save: null,
    task_type: null,
    use_dora: false,
  };
  const weights = [...parameters].filter(([name]) => isTrainedAdapterParameter(name));
  await writeSafetensors(join(folder, ADAPTER_WEIGHTS), new Map(weights.map(([name, tensor]) => [`${PREFIX}${peftName(name)}`, tensor])), {
    dtype: 'F32',
  });
  await writeFile(join(folder, ADAPTER_CONFIG), `${JSON.stringify(config, undefined, 2)}\n`);
}

/** Ranks or alphas that differ from the common one, by module. */
function patternOf(modules: readonly string[], values: readonly number[], common: number): Record<string, number> {
  return Object.fromEntries(modules.flatMap((module, index) => (values[index] === common ? [] : [[peftName(module), values[index]!]])));
}

/** The name that a module has in `transformers` from 4.52 on. */
function peftName(name: string): string {
  return name.startsWith('visual.') ? `model.${name}` : name.replace(/^model\./, 'model.language_model.');
}

function nameInModel(folder: string, name: string): string {
  if (!name.startsWith(PREFIX) || !isTrainedAdapterParameter(name))
    throw damaged(
      folder,
      `${ADAPTER_WEIGHTS} holds ${name}; only lora_A and lora_B of matrices are known, with names that begin with ${PREFIX}`,
    );
  return canonicalName(name.slice(PREFIX.length));
}

async function readConfig(folder: string): Promise<AdapterConfig> {
  const value = await readJsonIfPresent(join(folder, ADAPTER_CONFIG), 'invalid_checkpoint');
  if (value === undefined)
    throw new TrainerError(
      'invalid_checkpoint',
      `${folder} has no ${ADAPTER_CONFIG}: it is no adapter. Name a folder that PEFT or orsta train has written, such as runs/NAME/adapter.`,
    );
  if (!Value.Check(AdapterConfig, value)) {
    const [first] = Value.Errors(AdapterConfig, value);
    throw damaged(
      folder,
      `${ADAPTER_CONFIG}${first?.instancePath ?? ''} ${first?.message ?? 'is no LoRA configuration'}; PEFT's LORA is read`,
    );
  }
  const fields: Readonly<Record<string, unknown>> = value;
  for (const [field, plain] of Object.entries(PLAIN)) {
    if (field in fields && fields[field] !== undefined && fields[field] !== null && !plain.includes(fields[field]))
      throw damaged(
        folder,
        `${ADAPTER_CONFIG} has ${field}: ${JSON.stringify(fields[field])}, which is not computed here; train it without`,
      );
  }
  return value;
}

function checkShapes(
  folder: string,
  given: { module: string; parameters: ReadonlyMap<string, HostTensor>; shape: readonly [number, number] | undefined },
): number {
  const { module, shape } = given;
  if (shape === undefined)
    throw damaged(folder, `it adapts ${module}, which is no matrix of this model; give the model that it was trained on`);
  const { down, up } = adapterNames(module);
  const [rank, inputs] = given.parameters.get(down)?.shape ?? [];
  const [outputs, upRank] = given.parameters.get(up)?.shape ?? [];
  if (rank !== undefined && inputs === shape[1] && outputs === shape[0] && upRank === rank) return rank;
  throw damaged(
    folder,
    `${module} has lora_A [${String(rank)}, ${String(inputs)}] and lora_B [${String(outputs)}, ${String(upRank)}]; the model's matrix is [${shape.join(', ')}], so [rank, ${String(shape[1])}] and [${String(shape[0])}, rank] are needed`,
  );
}

function scalingOf(folder: string, settings: AdapterConfig, { module, rank }: { module: string; rank: number }): number {
  const pattern = Object.entries(settings.alpha_pattern ?? {}).find(([key]) => namesModule(folder, key, module));
  const alpha = pattern === undefined ? settings.lora_alpha : pattern[1];
  return alpha / (settings.use_rslora === true ? Math.sqrt(rank) : rank);
}

/** A pattern names a module by its whole name or by its end after a dot. Regular expressions come from strangers and are not run. */
function namesModule(folder: string, key: string, module: string): boolean {
  if (!/^[\w.]+$/.test(key))
    throw damaged(
      folder,
      `${ADAPTER_CONFIG} has the alpha_pattern ${JSON.stringify(key)}; only names of modules are read, such as layers.1.self_attn.v_proj`,
    );
  const name = peftName(module);
  return name === key || name.endsWith(`.${key}`);
}

function rankOf(parameters: ReadonlyMap<string, HostTensor>, module: string): number {
  return parameters.get(adapterNames(module).down)?.shape[0] ?? Number.NaN;
}

function alphaOf(
  parameters: ReadonlyMap<string, HostTensor>,
  module: string,
  { rank, rankStabilized }: { rank: number; rankStabilized: boolean },
): number {
  const scaling = parameters.get(adapterNames(module).scaling)?.data[0] ?? Number.NaN;
  const divisor = rankStabilized ? Math.sqrt(rank) : rank;
  // The shortest number that gives the same float32 again: 0.6 is what was meant by 0.6000000238418579.
  for (let digits = 1; digits <= 16; digits++) {
    const alpha = Number((scaling * divisor).toPrecision(digits));
    if (Math.fround(alpha / divisor) === scaling) return alpha;
  }
  return scaling * divisor;
}

function damaged(folder: string, what: string): TrainerError {
  return new TrainerError('invalid_checkpoint', `The adapter in ${folder} cannot be used: ${what}.`);
}
