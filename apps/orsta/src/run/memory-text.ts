import type { MemoryPlan } from '@vtriune/trainer';

const PART_NAMES = { vit: 'vision tower', connector: 'connector', llm: 'language model' } as const;

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
