// What a model takes in memory, from its configuration alone.
import { countParameters } from '../models/qwen2-5-vl/check-model.ts';
import type { ModelConfig } from '../models/qwen2-5-vl/config.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';

/** Memory of one part of a model, in bytes, for one rank. */
export interface PartMemory {
  readonly part: ModelPart;
  readonly parameters: number;
  readonly trained: boolean;
  /** On disk and in the cache of files, in bfloat16. */
  readonly stored: number;
  /** Float32 weights where the backend computes and, for what is trained, their gradient. */
  readonly device: number;
  /** On the host: values, two moments and the gradient of what is trained; nothing for what is frozen. */
  readonly host: number;
}

/** Memory of a whole model; activations and caches come on top. */
export interface MemoryPlan {
  readonly parts: readonly PartMemory[];
  readonly parameters: number;
  /** Bytes of one rank where the backend computes. */
  readonly device: number;
  /** Bytes of one rank on the host. */
  readonly host: number;
  /** Bytes of all ranks on a machine without a GPU, where the device is the host. */
  readonly total: number;
}

const FLOAT = 4;

/** What training with some parts frozen takes; all three frozen is evaluation. */
export function planMemory(config: ModelConfig, { frozen, ranks }: { frozen: readonly ModelPart[]; ranks: number }): MemoryPlan {
  const counts = countParameters(config);
  const parts = (['vit', 'connector', 'llm'] as const).map((part): PartMemory => {
    const parameters = counts[part];
    const trained = !frozen.includes(part);
    const device = parameters * FLOAT * (trained ? 2 : 1);
    return { part, parameters, trained, stored: parameters * 2, device, host: trained ? parameters * FLOAT * 4 : 0 };
  });
  const sum = (of: (part: PartMemory) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const [device, host] = [sum((part) => part.device), sum((part) => part.host)];
  return { parts, parameters: sum((part) => part.parameters), device, host, total: (device + host) * ranks };
}
