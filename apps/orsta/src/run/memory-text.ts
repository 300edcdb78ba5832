import { planMemory, type MemoryPlan, type MemoryPlanOptions, type ModelConfig, type OptimizerPlace } from '@vtriune/trainer';

const PART_NAMES = { vit: 'vision tower', connector: 'connector', llm: 'language model', adapter: 'adapter' } as const;

/** What a use takes by the place of its optimizer. */
export interface PlacesPlan {
  /** With the optimizer on the host. */
  readonly memory: MemoryPlan;
  /** With the optimizer on the device of a native backend; absent where it would be on the host there too. */
  readonly native: MemoryPlan | undefined;
}

/** Plans for the host and, where one rank trains, for the device of a native backend. */
export function planPlaces(
  config: ModelConfig,
  { optimizer, ...options }: Omit<MemoryPlanOptions, 'optimizer'> & { readonly optimizer: OptimizerPlace },
): PlacesPlan {
  const onDevice = optimizer === 'auto' && options.ranks === 1;
  return { memory: planMemory(config, options), native: onDevice ? planMemory(config, { ...options, optimizer: 'device' }) : undefined };
}

/** A size in binary units, with as many digits as say something. */
export function gigabytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MB` : `${(bytes / 2 ** 30).toFixed(1)} GB`;
}

/** Memory of each part of one rank, as rows of a name and a text. */
export function memoryRows({ parts }: MemoryPlan): [string, string][] {
  return parts.map(({ part, parameters, trained, stored, device, host }) => {
    const state = trained
      ? `trained: ${gigabytes(device)} to compute, ${gigabytes(host)} on the host`
      : `frozen: ${gigabytes(device)} to compute`;
    return ['', `${PART_NAMES[part]}: ${(parameters / 1e6).toFixed(2)} M parameters, ${gigabytes(stored)} in BF16; ${state}`];
  });
}

/** Memory of GPUs that are common, in GiB, from the smallest. */
const GPUS: readonly (readonly [gib: number, examples: string])[] = [
  [16, 'T4'],
  [24, 'L4, RTX 4090'],
  [48, 'L40S'],
  [80, 'A100, H100'],
  [141, 'H200'],
];
/** The address space of WebAssembly, which holds what a rank computes with. */
const WASM_BYTES = 4 * 2 ** 30;

/** What one rank on a native backend holds, as rows. */
export function nativeRows({ native }: PlacesPlan): [string, string][] {
  if (native === undefined) return [];
  return [['', `one rank on a native backend: ${gigabytes(native.device)} to compute, with moments and gradients; nothing on the host`]];
}

/** The smallest GPU for a use and, where that helps, for its optimizer on the host. */
export function gpuText({ memory, native = memory }: PlacesPlan): string {
  const [needed, less] = [smallestGpu(native), smallestGpu(memory)];
  return needed === less ? needed : `${needed}; with engine.optimizer=host ${less}`;
}

/** The smallest of the common GPUs that holds what a rank computes with; activations come on top. */
function smallestGpu({ device }: MemoryPlan): string {
  const found = GPUS.find(([gib]) => device < gib * 2 ** 30);
  return found === undefined ? 'none is large enough' : `${String(found[0])} GB (${found[1]})`;
}

/** Whether the wasm backend can hold what a rank computes with. */
export function fitsWasm({ device }: MemoryPlan): boolean {
  return device <= WASM_BYTES;
}
