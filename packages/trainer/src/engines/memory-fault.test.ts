import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { TrainerError } from '../errors.ts';
import { TINY, tinyModel } from '../testing/tiny-model.ts';
import { createLocalEngine } from './local-engine.ts';
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

  // As TensorFlow 2.21 says it; the suite of the native backend has it from the library itself. The last is what a GPU says of an upload.
  it.each([
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[8,8] and type float on /device:GPU:0 by allocator GPU_0_bfc',
    'Invalid TF_Status: 13\nMessage: Failed copying input tensor from CPU:0 to GPU:0 in order to run Mul: Dst tensor is not initialized.',
  ])('names that of a device, and says how it needs less: %s', (message) => {
    const fault = new Error(message);
    expect(nameMemoryFault(fault)).toMatchObject({ code: 'out_of_memory', cause: fault });
    expect((nameMemoryFault(fault) as Error).message).toMatch(/Message: .* engine\.optimizer=host\.$/);
  });

  it.each([new TrainerError('not_finite', 'memory access out of bounds'), new RangeError('index'), 'memory access out of bounds'])(
    'leaves others as they are: %s',
    (error) => {
      expect(nameMemoryFault(error)).toBe(error);
    },
  );
});

describe('createLocalEngine', () => {
  it('closes without a further error after a memory fault, which would hide the first one', async () => {
    await selectBackend({ prefer: ['cpu'] });
    const engine = createLocalEngine({ ...tinyModel(), frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 64 });
    const fault = vi.spyOn(tf.backend(), 'disposeData').mockImplementation(() => {
      throw new Error('memory access out of bounds');
    });
    await expect(
      engine.generate([{ tokenIds: [1, 2], images: [], key: 0 }], {
        groupSize: 1,
        maxNewTokens: 1,
        temperature: 1,
        topP: 1,
        topK: 0,
        seed: 1,
        stopTokenIds: [],
      }),
    ).rejects.toMatchObject({ code: 'out_of_memory' });
    await expect(engine.close()).resolves.toBeUndefined();
    fault.mockRestore();
  });

  it('says where closing fails by itself', async () => {
    await selectBackend({ prefer: ['cpu'] });
    const engine = createLocalEngine({ ...tinyModel(), frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 64 });
    const fault = vi.spyOn(tf.backend(), 'disposeData').mockImplementation(() => {
      throw new Error('memory access out of bounds');
    });
    await expect(engine.close()).rejects.toMatchObject({ code: 'out_of_memory' });
    fault.mockRestore();
  });
});
