import { totalmem } from 'node:os';
import { loadConfig, type MemoryPlan, type MemoryPlanOptions } from '@vtriune/trainer';
import type { CommandContext } from '../context.ts';
import { localModel } from '../run/local-model.ts';
import { fitsWasm, gigabytes, gpuText, memoryRows, planPlaces } from '../run/memory-text.ts';

/** Options of `orsta model`. */
export interface ModelCommandOptions {
  readonly ranks: number;
  /** Gigabytes to fit in; those of this machine where absent. */
  readonly memory?: number;
  /** Download the weights too. */
  readonly fetch?: boolean;
}

/** What may be done with a model, from the least memory to the most. */
const USES: readonly (Pick<MemoryPlanOptions, 'frozen' | 'adapter'> & { readonly name: string })[] = [
  { name: 'evaluate', frozen: ['vit', 'connector', 'llm'] },
  { name: 'train LoRA of rank 16', frozen: [], adapter: {} },
  { name: 'train the connector', frozen: ['vit', 'llm'] },
  { name: 'train the language model', frozen: ['vit', 'connector'] },
  { name: 'train everything', frozen: [] },
];

/** Prints what a model takes, without reading its weights. */
export async function modelCommand(name: string, options: ModelCommandOptions, context: CommandContext): Promise<void> {
  const folder = await localModel(name, context, { weights: options.fetch === true });
  const config = await loadConfig(folder);
  const memory = options.memory === undefined ? totalmem() : options.memory * 2 ** 30;
  const plans = USES.map(({ name: use, ...what }) => ({
    use,
    places: planPlaces(config, { ...what, ranks: options.ranks, optimizer: 'auto' }),
  }));
  const [first] = plans;
  context.output(`${folder}\n`);
  for (const [, text] of first === undefined ? [] : memoryRows(first.places.memory)) context.output(`  ${text}\n`);
  context.output(`memory of ${String(options.ranks)} rank(s) without a GPU, activations on top; there are ${gigabytes(memory)}:\n`);
  for (const { use, places } of plans) {
    const [size, fits] = [gigabytes(places.memory.total).padStart(9), verdict(places.memory, memory).padEnd(13)];
    context.output(`  ${use.padEnd(26)}${size}  ${fits} smallest GPU: ${gpuText(places)}\n`);
  }
  context.output('native: wasm holds 4 GB a rank. One model must fit one device; larger ones train by `orsta launch`.\n');
}

function verdict(plan: MemoryPlan, memory: number): string {
  if (plan.total > memory) return 'does not fit';
  return fitsWasm(plan) ? 'fits' : 'fits, native';
}
