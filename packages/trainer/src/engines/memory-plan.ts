// What a model takes in memory, from its configuration alone.
import { countAdapterParameters, type AdapterSettings } from '../adapters/adapter.ts';
import { countParameters } from '../models/qwen2-5-vl/check-model.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';

/** Memory of one part of a model, in bytes, for one rank. */
export interface PartMemory {
  readonly part: ModelPart | 'adapter';
  readonly parameters: number;
  readonly trained: boolean;
  /** On disk and in the cache of files, in bfloat16. */
  readonly stored: number;
  /**
   * Float32 weights where the backend computes and, for what is trained, their gradient; with the optimizer on the device the sum of the
   * gradients and two moments too.
   */
  readonly device: number;
  /** On the host: values, two moments and the gradient of what is trained; nothing for what is frozen or with the optimizer on the device. */
  readonly host: number;
}

/** Memory of a whole model; activations and caches come on top. */
export interface MemoryPlan {
  /** The three parts of the model and, where there is one, its adapter. */
  readonly parts: readonly PartMemory[];
  /** Parameters of the model and its adapter. */
  readonly parameters: number;
  /** Bytes of one rank where the backend computes. */
  readonly device: number;
  /** Bytes of one rank on the host. */
  readonly host: number;
  /** Bytes of all ranks on a machine without a GPU, where the device is the host. */
  readonly total: number;
}

const FLOAT = 4;

/** Floats of a weight that is trained, by where the optimizer works. */
const TRAINED = { host: { device: 2, host: 4 }, device: { device: 5, host: 0 } } as const;
const FROZEN = { device: 1, host: 0 } as const;

/** What is trained, and how. */
export interface MemoryPlanOptions {
  readonly frozen: readonly ModelPart[];
  readonly ranks: number;
  /** Settings of an adapter; then nothing else is trained. */
  readonly adapter?: Partial<AdapterSettings>;
  /** Where the optimizer works: the device is for one rank on a native backend; `host` where absent. */
  readonly optimizer?: 'host' | 'device';
}

/** What training with some parts frozen, or with an adapter, takes; all three frozen is evaluation. */
export function planMemory(config: ModelConfig, { frozen, ranks, adapter, optimizer = 'host' }: MemoryPlanOptions): MemoryPlan {
  const counts = countParameters(config);
  const memory = (part: PartMemory['part'], parameters: number, trained: boolean): PartMemory => {
    const { device, host } = trained ? TRAINED[optimizer] : FROZEN;
    const bytes = parameters * FLOAT;
    return { part, parameters, trained, stored: parameters * 2, device: bytes * device, host: bytes * host };
  };
  const model = (['vit', 'connector', 'llm'] as const).map((part) =>
    memory(part, counts[part], adapter === undefined && !frozen.includes(part)),
  );
  const added = adapter === undefined ? [] : [memory('adapter', countAdapterParameters(config, adapter), true)];
  const parts = [...model, ...added];
  const sum = (of: (part: PartMemory) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const [device, host] = [sum((part) => part.device), sum((part) => part.host)];
  return { parts, parameters: sum((part) => part.parameters), device, host, total: (device + host) * ranks };
}
