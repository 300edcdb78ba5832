import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import type { Engine, UpdateRequest } from './engine.ts';
import { createLocalEngine } from './local-engine.ts';

const { config, parameters } = tinyModel();
function start(frozen: ('vit' | 'connector')[] = []): Engine {
  return createLocalEngine({ config, parameters, frozen, paddingTokenId: TINY.padding, tokensPerMicroBatch: 64 });
}
const rows = [1, 2, 3].map((seed): PackedRow => {
  const continuations = [0, 1].map((i) => ({
    tokenIds: tinyPrompt(seed * 10 + i, { length: 4 }).tokenIds,
    trainFrom: 0,
    advantage: 1 - 2 * i,
  }));
  return packRow(tinyPrompt(seed, { length: 2 + seed, image: tinyImage(seed) }), continuations, config);
});
function request(klCoefficient: number, change: Partial<UpdateRequest> = {}): UpdateRequest {
  return {
    rows,
    objective: { name: 'policy', klCoefficient },
    temperature: 1,
    normalizer: { tokens: rows.reduce((sum, { targets }) => sum + targets.length, 0), sequences: 6 },
    learningRate: 3e-3,
    gradientClip: 100,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
    ...change,
  };
}

/** k3 of the policy from the base, by scores of two engines. */
async function divergence(engine: Engine, base: Engine): Promise<number> {
  const [now, before] = [await engine.scoreTargets(rows, 1), await base.scoreTargets(rows, 1)];
  const terms = now.flatMap((scores, r) => [...scores].map((score, n) => before[r]![n]! - score));
  return terms.reduce((sum, d) => sum + Math.exp(d) - d - 1, 0) / terms.length;
}

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('the reference', () => {
  it.each([[[]], [['vit', 'connector']]] as ('vit' | 'connector')[][][])(
    'is the model that training began with, frozen %j',
    async (frozen) => {
      const [engine, base] = [start(frozen), start(frozen)];
      expect((await engine.update(request(0.1))).statistics['reference_kl']).toBeCloseTo(0, 6);
      await engine.update(request(0.1));
      const expected = await divergence(engine, base);
      const report = await engine.update(request(0.1));
      expect(expected).toBeGreaterThan(1e-4);
      expect(report.statistics['reference_kl']).toBeCloseTo(expected, 5);
      await Promise.all([engine.close(), base.close()]);
    },
  );

  it('stays the base where a run is resumed', async () => {
    const [engine, base] = [start(), start()];
    for (let step = 0; step < 2; step++) await engine.update(request(0));
    const resumed = start();
    await resumed.restore(await engine.snapshot());
    expect((await resumed.update(request(0.1))).statistics['reference_kl']).toBeCloseTo(await divergence(engine, base), 5);
    await Promise.all([engine.close(), base.close(), resumed.close()]);
  });

  it('holds the policy back', async () => {
    const [free, held, base] = [start(), start(), start()];
    for (let step = 0; step < 10; step++) {
      await free.update(request(0));
      await held.update(request(2));
    }
    expect(await divergence(held, base)).toBeLessThan((await divergence(free, base)) / 3);
    await Promise.all([free.close(), held.close(), base.close()]);
  });

  it('is not made or reported where nothing asks for it, and leaves no tensor behind', async () => {
    const engine = start();
    const before = tf.memory().numTensors;
    expect((await engine.update(request(0))).statistics).not.toHaveProperty('reference_kl');
    expect(tf.memory().numTensors).toBe(before);
    await engine.update(request(0.1));
    const with2 = tf.memory().numTensors;
    expect(with2).toBe(before + parameters.size);
    await engine.update(request(0.1));
    expect(tf.memory().numTensors).toBe(with2);
    await engine.close();
  });
});
