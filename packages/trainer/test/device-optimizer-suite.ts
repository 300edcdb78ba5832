// What holds for the optimizer on the device, as tests. They need the native backend, which `native.e2e.test.ts` has made ready.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAdapter } from '../src/adapters/adapter.ts';
import { selectBackend } from '../src/backend/select-backend.ts';
import { packRow, type PackedRow } from '../src/data/packed-row.ts';
import type { Engine, EngineSnapshot, UpdateRequest } from '../src/engines/engine.ts';
import { createLocalEngine, type LocalEngineOptions } from '../src/engines/local-engine.ts';
import { nameMemoryFault } from '../src/engines/memory-fault.ts';
import { createOptimizer } from '../src/optimizer/create-optimizer.ts';
import { deviceOptimizer } from '../src/optimizer/device-optimizer.ts';
import { singleCollective } from '../src/collective/collective.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../src/testing/tiny-model.ts';
import { followGolden, GOLDEN_RUNS } from './fixtures/optimizer/golden.ts';

const { config, parameters } = tinyModel();
const adapter = createAdapter(config, { rank: 2, targets: ['q_proj', 'down_proj'], parts: ['llm'] }).parameters;
const base: LocalEngineOptions = { config, parameters, frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 24 };

/** What is trained; rows without images leave the vision tower without a gradient. */
const CASES: readonly { name: string; change: Partial<LocalEngineOptions>; images: boolean; parts: readonly string[] }[] = [
  { name: 'everything', change: {}, images: true, parts: ['connector', 'llm', 'vit'] },
  { name: 'everything, on text alone', change: {}, images: false, parts: ['connector', 'llm', 'vit'] },
  { name: 'the language model', change: { frozen: ['vit', 'connector'] }, images: true, parts: ['llm'] },
  { name: 'an adapter', change: { parameters: new Map([...parameters, ...adapter]) }, images: true, parts: ['llm'] },
  { name: 'everything, with checkpointing', change: { gradientCheckpointing: true }, images: true, parts: ['connector', 'llm', 'vit'] },
];

function row(seed: number, images: boolean): PackedRow {
  const continuations = [0, 1].map((i) => ({
    tokenIds: tinyPrompt(seed * 10 + i, { length: 4 }).tokenIds,
    trainFrom: 0,
    advantage: 1 - 1.5 * i,
  }));
  return packRow(tinyPrompt(seed, { length: 2 + seed, ...(images ? { image: tinyImage(seed) } : {}) }), continuations, config);
}

function request(seeds: readonly number[], images = true, change: Partial<UpdateRequest> = {}): UpdateRequest {
  const rows = seeds.map((seed) => row(seed, images));
  return {
    rows,
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: { tokens: rows.reduce((sum, { targets }) => sum + targets.length, 0), sequences: rows.length * 2 },
    learningRate: 1e-3,
    gradientClip: 1,
    // A large epsilon: with the usual one Adam turns rounding differences of gradients near 0 into steps of full length.
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-4, weightDecay: 0.1 },
    ...change,
  };
}

/** Largest difference of two maps of arrays, where both have the same names. */
function worst(one: EngineSnapshot, other: EngineSnapshot): number {
  expect([...one.parameters.keys()]).toEqual([...other.parameters.keys()]);
  const each = [...one.parameters].map(([name, { data }]) => {
    const compared = other.parameters.get(name)?.data;
    return data.reduce((most, value, i) => Math.max(most, Math.abs(value - (compared?.[i] ?? Number.NaN))), 0);
  });
  return Math.max(...each);
}

/** Registers the tests. */
export function describeDeviceOptimizer(): void {
  describe('the optimizer on the device', () => {
    beforeAll(async () => {
      await selectBackend({ prefer: ['tfjs-node'] });
    });

    it.each(GOLDEN_RUNS)('equals PyTorch: $name', (run) => {
      const before = tf.memory().numTensors;
      const differences = followGolden(deviceOptimizer, run);
      expect(differences.parameters).toBeLessThan(2e-6);
      expect(differences.moments).toBeLessThan(2e-5);
      expect(differences.norms).toBeLessThan(1e-6);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('is chosen for one rank, and not for two or where the host was asked for', () => {
      const holds = (place: 'auto' | 'host', size: number): boolean => {
        const weights = new Map<string, tf.Tensor>();
        const collective = { ...singleCollective(), size };
        const one = { name: 'w', shape: [2], values: Float32Array.of(1, 2) };
        const optimizer = createOptimizer([one], { place, collective, weights });
        optimizer.step({ ...request([1]).adamw, learningRate: 0.1, scale: 1 });
        // Only what is on the device must be freed there besides the weights.
        const before = tf.memory().numTensors;
        optimizer.dispose();
        tf.dispose([...weights.values()]);
        return before - tf.memory().numTensors > 1;
      };
      expect([holds('auto', 1), holds('auto', 2), holds('host', 1)]).toEqual([true, false, false]);
    });

    it('tells the size of the weights to a tenth, and after a restore as it is', () => {
      const weights = new Map<string, tf.Tensor>();
      const optimizer = deviceOptimizer([{ name: 'w', shape: [2], values: Float32Array.of(3, 4) }], weights);
      const size = (): number => Math.hypot(...(weights.get('w')?.dataSync() ?? [Number.NaN])) / Math.SQRT2;
      expect(optimizer.rootMeanSquare()).toBeCloseTo(size(), 5);
      const first = optimizer.state();
      for (const learningRate of [0.1, 0.1, 0.1, 0.5, 2]) {
        optimizer.addGradient([tf.tensor1d([1, 1])]);
        optimizer.step({ ...request([1]).adamw, weightDecay: 0, learningRate, scale: 1 });
        optimizer.zeroGradient();
        expect(Math.abs(optimizer.rootMeanSquare() / size() - 1)).toBeLessThan(0.12);
      }
      expect(size()).toBeLessThan(1.5);
      optimizer.restore(first);
      expect(optimizer.rootMeanSquare()).toBeCloseTo(5 / Math.SQRT2, 5);
      optimizer.dispose();
      tf.dispose([...weights.values()]);
    });

    it.each(CASES)('trains as the one on the host does: $name', async ({ change, images, parts }) => {
      const [device, host] = [createLocalEngine({ ...base, ...change }), createLocalEngine({ ...base, ...change, optimizer: 'host' })];
      for (let step = 0; step < 5; step++) {
        const given = request([step + 1, step + 2, 9 - step], images);
        const [a, b] = [await device.update(given), await host.update(given)];
        expect(Object.keys(a.gradientNorms).sort()).toEqual(parts);
        expect(a.loss).toBeCloseTo(b.loss, 5);
        expect(Math.abs(a.gradientNorm / b.gradientNorm - 1)).toBeLessThan(1e-4);
        for (const [part, norm] of Object.entries(b.gradientNorms)) expect(a.gradientNorms[part as 'llm']).toBeCloseTo(norm, 3);
      }
      const [a, b] = [await device.snapshot(), await host.snapshot()];
      expect([...a.moment1.keys()]).toEqual([...b.moment1.keys()]);
      expect(a.optimizerStep).toBe(5);
      expect(worst(a, b)).toBeLessThan(2e-5);
      expect(worst(a, await createLocalEngine({ ...base, ...change }).snapshot())).toBeGreaterThan(1e-3);
      await Promise.all([device.close(), host.close()]);
    });

    it.each(['auto', 'host'] as const)('goes on from a snapshot of either with the same bits: resumed with %s', async (optimizer) => {
      const straight = createLocalEngine({ ...base, optimizer });
      for (const seed of [1, 2]) await straight.update(request([seed]));
      const saved = await straight.snapshot();
      const before = structuredClone(saved);
      const resumed = createLocalEngine({ ...base, optimizer });
      await resumed.restore(saved);
      for (const engine of [straight, resumed]) for (const seed of [3, 4]) await engine.update(request([seed]));
      expect(await resumed.snapshot()).toEqual(await straight.snapshot());
      expect(saved).toEqual(before);
      const other = createLocalEngine({ ...base, optimizer: optimizer === 'auto' ? 'host' : 'auto' });
      await other.restore(saved);
      expect(await other.snapshot()).toEqual(saved);
      for (const seed of [3, 4]) await other.update(request([seed]));
      expect(worst(await other.snapshot(), await straight.snapshot())).toBeLessThan(2e-5);
      await Promise.all([straight.close(), resumed.close(), other.close()]);
    });

    it('refuses what is not finite and a learning rate that is too large, and keeps weights and moments', async () => {
      const engine = createLocalEngine(base);
      await engine.update(request([1]));
      const before = await engine.snapshot();
      const broken = row(1, true);
      for (const target of broken.targets) target.advantage = Number.POSITIVE_INFINITY;
      await expect(engine.update({ ...request([1]), rows: [row(2, true), broken] })).rejects.toMatchObject({ code: 'not_finite' });
      await expect(engine.update(request([1], true, { learningRate: 1e3 }))).rejects.toMatchObject({ code: 'invalid_config' });
      expect(await engine.snapshot()).toEqual(before);
      // Nothing of the refused gradients is left for the next one.
      const twin = createLocalEngine(base);
      await twin.restore(before);
      expect(await engine.update(request([2]))).toEqual(await twin.update(request([2])));
      await Promise.all([engine.close(), twin.close()]);
    });

    it('is what can go to the host where the library says that memory ran out', () => {
      let fault: unknown;
      try {
        // More bytes than there are addresses.
        tf.tidy(() => tf.matMul(tf.ones([2 ** 23, 1]), tf.ones([1, 2 ** 23])));
      } catch (error) {
        fault = error;
      }
      expect(nameMemoryFault(fault)).toMatchObject({
        code: 'out_of_memory',
        message: expect.stringContaining('engine.optimizer=host') as string,
      });
    });

    it('leaves no tensor behind, and frees all when it is closed', async () => {
      const tensors = (): number => tf.memory().numTensors;
      const start = tensors();
      const engine: Engine = createLocalEngine(base);
      const created = tensors();
      expect(created - start).toBe(parameters.size);
      await engine.update(request([1, 2, 3]));
      // A handle for each variable.
      expect(tensors() - created).toBe(3 * parameters.size);
      const before = tensors();
      for (const seed of [1, 2]) await engine.update(request([seed, 3]));
      await engine.snapshot();
      await engine.restore(await engine.snapshot());
      expect(tensors()).toBe(before);
      await engine.close();
      expect(tensors()).toBe(start);
    });
  });
}
