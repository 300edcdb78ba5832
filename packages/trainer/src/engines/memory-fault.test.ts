import { describe, expect, it } from 'vitest';
import { TrainerError } from '../errors.ts';
import { nameMemoryFault } from './memory-fault.ts';

/** The part of the WebAssembly interface that is used here; Node's type definitions leave it out. */
interface WebAssemblyRuntime {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Record<string, unknown> } }>;
}

describe('nameMemoryFault', () => {
  it('names a fault of the wasm module, as the machine raises it', async () => {
    // A module that loads from the end of its one page of memory.
    const bytes = Uint8Array.of(
      ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 102, 0, 0],
      ...[10, 11, 1, 9, 0, 65, 255, 255, 3, 40, 2, 0, 11],
    );
    const { WebAssembly: runtime } = globalThis as unknown as { WebAssembly: WebAssemblyRuntime };
    const { instance } = await runtime.instantiate(bytes);
    const load = instance.exports['f'] as () => number;
    let fault: unknown;
    try {
      load();
    } catch (error) {
      fault = error;
    }
    expect(nameMemoryFault(fault)).toMatchObject({ code: 'out_of_memory', cause: fault });
    expect((nameMemoryFault(fault) as Error).message).toContain('tokensPerMicroBatch');
  });

  it.each([new TrainerError('not_finite', 'memory access out of bounds'), new RangeError('index'), 'memory access out of bounds'])(
    'leaves others as they are: %s',
    (error) => {
      expect(nameMemoryFault(error)).toBe(error);
    },
  );
});
