import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrainerError } from '../errors.ts';
import { expectNoLeak } from '../testing/expect-no-leak.ts';
import { backendOrder, selectBackend, type BackendName } from './select-backend.ts';

afterEach(() => vi.restoreAllMocks());

describe('selectBackend', () => {
  it('orders the backends by the width of the model', () => {
    expect(backendOrder(512)).toEqual(['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu']);
    expect(backendOrder()).toEqual(backendOrder(512));
    expect(backendOrder(1024)).toEqual(['tfjs-node-gpu', 'wasm', 'tfjs-node', 'cpu']);
    expect(backendOrder(128)).toEqual(['tfjs-node-gpu', 'wasm', 'tfjs-node', 'cpu']);
  });

  it('tries the backends in their order, records why some are missing, and says nothing on the console', async () => {
    const spies = (['log', 'warn', 'error', 'info'] as const).map((name) => vi.spyOn(console, name));
    const report = await selectBackend({ width: 64 });
    expect(report.attempts.map(({ name }) => name)).toEqual(backendOrder(64).slice(0, report.attempts.length));
    for (const { ok, reason } of report.attempts.slice(0, -1)) {
      expect(ok).toBe(false);
      expect(reason).toMatch(/\S/);
    }
    expect(report.attempts.at(-1)).toEqual({ name: report.name, ok: true });
    expect(tf.getBackend()).toBe(report.tfjsName);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it('installs the kernel pack once and takes it out again', async () => {
    const isPack = (): boolean => tf.getKernel('UnsortedSegmentSum', 'wasm') !== undefined;
    expect(await selectBackend({ prefer: ['wasm'] })).toMatchObject({ name: 'wasm', kernelPack: true, gpu: false });
    const first = tf.getKernel('BatchMatMul', 'wasm');
    await selectBackend({ prefer: ['wasm'] });
    expect(tf.getKernel('BatchMatMul', 'wasm')).toBe(first);
    const stock = await selectBackend({ prefer: ['wasm'], kernelPack: false });
    expect(stock.kernelPack).toBe(false);
    expect(stock.kernelPackReason).toContain('kernelPack is false');
    expect(isPack()).toBe(false);
    await selectBackend({ prefer: ['wasm'] });
    expect(isPack()).toBe(true);
  });

  it('keeps the stock kernels and says why when the backend is laid out otherwise', async () => {
    await selectBackend({ prefer: ['wasm'], kernelPack: false });
    const { wasm } = tf.backend() as unknown as { wasm: { asm: object } };
    const { asm } = wasm;
    wasm.asm = {};
    const report = await selectBackend({ prefer: ['wasm'] });
    wasm.asm = asm;
    expect(report.kernelPack).toBe(false);
    expect(report.kernelPackReason).toContain('is not laid out as the kernel pack expects');
    expect(tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()[0]).toBe(2);
  });

  it('takes a single name as a demand', async () => {
    const missing = selectBackend({ prefer: ['abacus' as BackendName] });
    await expect(missing).rejects.toThrow(TrainerError);
    await expect(missing).rejects.toMatchObject({ code: 'backend_unavailable' });
    await expect(selectBackend({ prefer: [] })).rejects.toMatchObject({ code: 'backend_unavailable' });
  });

  it('says how a native library is installed where it is missing, and gives the GPU where it is there', async () => {
    const found = await selectBackend({ prefer: ['tfjs-node-gpu'] }).catch((error: unknown) => error);
    if (found instanceof Error) expect(found.message).toMatch(/install the library of tfjs-node-gpu with `orsta backend install gpu`/);
    else expect(found).toMatchObject({ name: 'tfjs-node-gpu', gpu: true });
  });

  it('leaves no handlers for uncaught errors behind', async () => {
    const before = process.listenerCount('uncaughtException');
    await selectBackend({ prefer: ['wasm'] });
    expect(process.listenerCount('uncaughtException')).toBe(before);
  });
});

describe('the kernel pack', () => {
  it('refuses tf.fused.matMul with advice', async () => {
    await selectBackend({ prefer: ['wasm'] });
    const call = (): unknown => tf.fused.matMul({ a: tf.ones<tf.Rank.R2>([2, 3]), b: tf.ones<tf.Rank.R2>([3, 2]), activation: 'relu' });
    expect(call).toThrow(/use tf.matMul, then tf.add/);
  });

  it('names an index that is out of range', async () => {
    await selectBackend({ prefer: ['wasm'] });
    expect(() => tf.gather(tf.ones([3, 2]), tf.tensor1d([0, 3], 'int32'))).toThrow(
      'Index 3 at position 1 is out of range -> 0 to 2 is allowed',
    );
  });

  it('computes the special values of exp and log', async () => {
    await selectBackend({ prefer: ['wasm'] });
    const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minus } = Number;
    expect([...tf.exp(tf.tensor1d([minus, -1e9, 0, 89, infinity, nan])).dataSync()]).toEqual([0, 0, 1, infinity, infinity, nan]);
    expect([...tf.log(tf.tensor1d([0, -1, 1, infinity, nan])).dataSync()]).toEqual([minus, nan, 0, infinity, nan]);
  });

  it('computes exp within two units in the last place, from subnormal results to the largest', async () => {
    await selectBackend({ prefer: ['wasm'] });
    const x = Float32Array.from({ length: 4001 }, (_, at) => -87 + (at * 175.7) / 4000);
    const y = tf.exp(tf.tensor1d(x)).dataSync();
    x.forEach((value, at) => expect(Math.abs((y[at] ?? 0) / Math.exp(value) - 1)).toBeLessThan(2.4e-7));
  });

  it('computes angles beyond its own range with the stock kernel', async () => {
    await selectBackend({ prefer: ['wasm'] });
    expect(tf.cos(tf.tensor1d([1e6])).dataSync()[0]).toBeCloseTo(Math.cos(1e6), 4);
    expect(tf.sin(tf.tensor1d([8000])).dataSync()[0]).toBeCloseTo(Math.sin(8000), 4);
  });

  it('leaves no tensors and no data behind, in a forward and a backward pass', async () => {
    await selectBackend({ prefer: ['wasm'] });
    const [x, w] = [tf.ones([2, 3, 5]), tf.ones([5, 4])];
    const before = tf.memory().numDataBuffers;
    expectNoLeak(() => tf.tidy(() => tf.sum(tf.softmax(tf.matMul(tf.transpose(tf.tile(x, [1, 2, 1]), [1, 0, 2]), w)), [0, 2])));
    expectNoLeak(() => tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.square(tf.matMul(tf.concat([a, a], 1), b))))([x, w]));
    expect(tf.memory().numDataBuffers).toBe(before);
    expect((tf.backend() as unknown as { numDataIds(): number }).numDataIds()).toBe(before);
  });
});

describe('kernel-binary.ts', () => {
  it('is what scripts/build-kernels.mjs makes of assembly/', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const program = "import('./scripts/build-kernels.mjs').then(async (m) => process.stdout.write(await m.compileKernels()))";
    const compiled = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root, encoding: 'utf8' });
    expect(compiled).toBe(readFileSync(new URL('./wasm/kernel-binary.ts', import.meta.url), 'utf8'));
  }, 240_000);
});
