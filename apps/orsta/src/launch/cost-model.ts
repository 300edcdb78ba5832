/**
 * What a run of a recipe needs: memory of one GPU by part, and hours of GPU. Arithmetic on what is stated here, no measurement; the inputs are
 * printed beside the result, so that a reader can put in others.
 *
 * Memory of training, in bytes a parameter: 2 of weights (bf16) and 4 of FSDP's own copy (fp32) for all, 4 of gradient and 8 of AdamW's moments
 * for those that are trained, all shared among the GPUs. Time: 2 floating-point operations a parameter and token of a forward pass, twice as
 * much again for the backward pass (Kaplan et al., arXiv 2001.08361, section 2.1), and one more forward pass where activations are recomputed.
 */
import type { Recipe } from '../recipe/recipe.ts';

/** A kind of GPU: memory in GiB, dense bf16 operations a second. Vendor's data sheets. */
interface Gpu {
  readonly name: string;
  readonly memory: number;
  readonly flops: number;
}

const GPUS: readonly Gpu[] = [
  { name: 'A100 80 GB', memory: 80, flops: 312e12 },
  { name: 'H100 80 GB', memory: 80, flops: 989e12 },
  { name: 'H20 96 GB', memory: 96, flops: 148e12 },
  { name: 'H200 141 GB', memory: 141, flops: 989e12 },
];

/** Assumed shares of a GPU's operations that training and generation reach. */
const UTILIZATION = { training: 0.35, generation: 0.1 };
const BYTES = { weights: 2, copy: 4, gradient: 4, moments: 8 };
/** Bytes of activations a token, layer and unit of width with recomputation: one bf16 input of each layer. */
const ACTIVATION_BYTES = 2;
const GIB = 2 ** 30;

/** Published sizes of Qwen2.5-VL (its technical report, arXiv 2502.13923, and the configurations on the Hub). */
const MODELS: Readonly<Record<string, ModelSize>> = {
  '3B': { parameters: 3.75e9, vision: 0.67e9, layers: 36, width: 2048 },
  '7B': { parameters: 8.29e9, vision: 0.68e9, layers: 28, width: 3584 },
  '32B': { parameters: 33.45e9, vision: 0.69e9, layers: 64, width: 5120 },
  '72B': { parameters: 73.41e9, vision: 0.7e9, layers: 80, width: 8192 },
};

/** A model's size. */
export interface ModelSize {
  readonly parameters: number;
  readonly vision: number;
  readonly layers: number;
  readonly width: number;
}

/** What a run needs. */
export interface Cost {
  /** GiB on one GPU while training, by part. */
  readonly memory: Readonly<Record<'weights and copy' | 'gradient and moments' | 'activations', number>>;
  /** GiB of weights on one GPU while generating. */
  readonly generation: number;
  /** Floating-point operations of the whole run. */
  readonly flops: { readonly training: number; readonly generation: number };
}

/** The cost of a run with `workers` GPUs; `tokens` are the mean tokens of a prompt and of a response. */
export function costOf(
  { trainer, launch }: Pick<Recipe, 'trainer'> & { readonly launch: NonNullable<Recipe['launch']> },
  size: ModelSize,
  run: { readonly workers: number; readonly tokens: { readonly prompt: number; readonly response: number } },
): Cost {
  const trained = size.parameters - (trainer.freeze.includes('vit') ? size.vision : 0);
  const share = (bytes: number): number => bytes / run.workers / GIB;
  const responses = trainer.steps * trainer.promptsPerStep * trainer.groupSize;
  const tokens = responses * (run.tokens.prompt + run.tokens.response);
  const passes = launch.gradientCheckpointing ? 4 : 3;
  // One more forward pass gives the log-probabilities before the update.
  const training = 2 * size.parameters * tokens * (passes + 1);
  const prompts = responses / trainer.groupSize;
  return {
    memory: {
      'weights and copy': share(size.parameters * (BYTES.weights + BYTES.copy)),
      'gradient and moments': share(trained * (BYTES.gradient + BYTES.moments)),
      activations: (launch.tokensPerGpu * size.layers * size.width * ACTIVATION_BYTES) / GIB,
    },
    generation: (size.parameters * BYTES.weights) / launch.generation.tensorParallel / GIB,
    flops: { training, generation: 2 * size.parameters * (responses * run.tokens.response + prompts * run.tokens.prompt) },
  };
}

/** The size that a model's name states, e.g. 7B in Qwen/Qwen2.5-VL-7B-Instruct. */
export function sizeOf(model: string): ModelSize | undefined {
  const named = /(\d+)B\b/.exec(model)?.[0];
  return named === undefined ? undefined : MODELS[named];
}

/** The plan in words, for each kind of GPU; with its inputs. Empty where the model's name states no size, or nothing trains on GPUs. */
export function describeCost(recipe: Recipe): string {
  const { launch, trainer } = recipe;
  const size = sizeOf(launch?.model ?? recipe.model.path);
  if (launch === undefined || size === undefined || launch.gpusPerNode === 0) return '';
  const workers = launch.nodes * launch.gpusPerNode;
  const tokens = { prompt: Math.min(1000, trainer.maxPromptTokens), response: Math.min(500, trainer.maxNewTokens) };
  const cost = costOf({ trainer, launch }, size, { workers, tokens });
  const needed = Object.values(cost.memory).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(cost.memory).map(([part, gib]) => `${part} ${gib.toFixed(1)}`);
  const rows = GPUS.map(({ name, memory, flops }) => {
    const seconds = cost.flops.training / (flops * UTILIZATION.training) + cost.flops.generation / (flops * UTILIZATION.generation);
    const generation = memory * launch.generation.memoryShare;
    const fits =
      needed <= memory - cost.generation && cost.generation < generation ? 'fits' : launch.offload ? 'with offload' : 'does not fit';
    return `  ${name.padEnd(12)} ${fits.padEnd(12)} ${(seconds / 3600).toFixed(0).padStart(7)} GPU-hours   ${(seconds / 3600 / workers).toFixed(1).padStart(6)} h on ${String(workers)} GPUs\n`;
  });
  return [
    `plan (arithmetic, not measured), GiB on one GPU of ${String(workers)}: ${parts.join(', ')}; in generation ${cost.generation.toFixed(1)} of weights; without logits and buffers\n`,
    ...rows,
    `inputs: ${(size.parameters / 1e9).toFixed(2)} G parameters, ${String(tokens.prompt)} tokens a prompt and ${String(tokens.response)} a response (assumed means), `,
    `utilization ${String(UTILIZATION.training)} in training and ${String(UTILIZATION.generation)} in generation (assumed), ${String(trainer.steps)} steps of ${String(trainer.promptsPerStep)} x ${String(trainer.groupSize)} responses\n`,
  ].join('');
}
