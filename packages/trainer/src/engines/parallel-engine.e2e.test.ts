// Runs against the built package, because a worker thread starts from a built file.
import {
  createLocalEngine,
  createParallelEngine,
  packRow,
  selectBackend,
  type Engine,
  type PackedRow,
  type UpdateRequest,
} from '@vtriune/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';

const { config, parameters } = tinyModel();
const base = { config, parameters, frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 4096 };
function row(seed: number): PackedRow {
  const continuations = [0, 1, 2].map((i) => ({
    tokenIds: tinyPrompt(seed * 10 + i, { length: 3 + i }).tokenIds,
    trainFrom: 0,
    advantage: i - 1,
  }));
  return packRow(tinyPrompt(seed, { length: seed, image: tinyImage(seed) }), continuations, config);
}
const rows = [1, 2, 3, 4, 5, 6].map(row);
const request: UpdateRequest = {
  rows,
  objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
  temperature: 1,
  normalizer: {
    tokens: rows.reduce((sum, { targets }) => sum + targets.length, 0),
    sequences: rows.reduce((sum, { sequences }) => sum + sequences, 0),
  },
  learningRate: 1e-3,
  gradientClip: 1,
  // A large epsilon: with the usual one Adam turns rounding differences of gradients near 0 into steps of full length.
  adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-3, weightDecay: 0 },
};
const prompts = [1, 2, 3, 4, 5].map((seed) => ({ ...tinyPrompt(seed, { length: seed, image: tinyImage(seed) }), key: seed }));
const generation = { groupSize: 3, maxNewTokens: 6, temperature: 1, topP: 1, topK: 0, seed: 1, stopTokenIds: [TINY.stop] };

describe('two ranks', () => {
  let one: Engine;
  let two: Engine;
  beforeAll(async () => {
    await selectBackend({ prefer: ['wasm'] });
    one = createLocalEngine(base);
    two = await createParallelEngine({ ...base, ranks: 2, backend: ['wasm'] });
  }, 60_000);
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
  });

  it('sample the responses that one rank samples', async () => {
    const ids = async (engine: Engine): Promise<number[][][]> =>
      (await engine.generate(prompts, generation)).map((group) => group.map(({ tokenIds }) => tokenIds));
    expect(await ids(two)).toEqual(await ids(one));
  });

  it('score rows in the order given', async () => {
    const [a, b] = [await one.scoreTargets(rows, 1), await two.scoreTargets(rows, 1)];
    expect(b.map((scores) => scores.length)).toEqual(a.map((scores) => scores.length));
    a.forEach((scores, r) => scores.forEach((value, t) => expect(b[r]?.[t]).toBeCloseTo(value, 4)));
  });

  it('with half the batch each take the step of one rank with the whole', async () => {
    for (let step = 0; step < 3; step++) {
      const [a, b] = [await one.update(request), await two.update(request)];
      expect(b.tokens).toBe(a.tokens);
      expect(b.loss).toBeCloseTo(a.loss, 5);
      expect(b.gradientNorm).toBeCloseTo(a.gradientNorm, 4);
    }
    const [a, b] = [await one.snapshot(), await two.snapshot()];
    for (const [name, { data }] of a.parameters) {
      const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.parameters.get(name)?.data[i] ?? Number.NaN))), 0);
      expect(worst, name).toBeLessThan(2e-5);
    }
  });
});

describe('a failing rank', () => {
  it('reports its own error, and nobody waits for ever', async () => {
    const engine = await createParallelEngine({ ...base, ranks: 2, backend: ['wasm'] });
    const broken = rows.map((good) => ({ ...good, images: [] }));
    await expect(engine.update({ ...request, rows: broken })).rejects.toMatchObject({ code: 'invalid_batch' });
    await engine.close();
  }, 60_000);
});

describe('an objective of another package', () => {
  const plugins = [new URL('../../test/fixtures/margin-objective.mjs', import.meta.url).href];
  const objective = { name: 'margin', width: 5 };

  it('trains on two ranks, which each import it', async () => {
    const engine = await createParallelEngine({ ...base, ranks: 2, backend: ['wasm'], plugins });
    const reports = [];
    for (let step = 0; step < 8; step++) reports.push(await engine.update({ ...request, objective, learningRate: 1e-2 }));
    expect(reports.at(-1)?.loss).toBeLessThan((reports[0]?.loss ?? 0) - 0.1);
    expect(reports[0]?.statistics['inside']).toBeGreaterThan(0);
    await engine.close();
  }, 60_000);

  it('is unknown to ranks that were not given its package', async () => {
    const engine = await createParallelEngine({ ...base, ranks: 2, backend: ['wasm'] });
    await expect(engine.update({ ...request, objective })).rejects.toThrow(
      /no objective "margin"; known are policy, dual-clip, gspo, cispo, next-token/,
    );
    await engine.close();
  }, 60_000);
});

describe('a rank that ends without an error', () => {
  const plugins = [new URL('../../test/fixtures/exit-objective.mjs', import.meta.url).href];

  it('fails the call it was in and every later one, of each kind', async () => {
    const engine = await createParallelEngine({ ...base, ranks: 2, backend: ['wasm'], plugins });
    await expect(engine.update({ ...request, objective: { name: 'exit' } })).rejects.toMatchObject({ code: 'rank_failed' });
    await expect(engine.update(request)).rejects.toMatchObject({
      code: 'rank_failed',
      message: expect.stringContaining('code 7') as string,
    });
    await expect(engine.generate(prompts, generation)).rejects.toMatchObject({ code: 'rank_failed' });
    await expect(engine.snapshot()).rejects.toMatchObject({ code: 'rank_failed' });
    await engine.close();
  }, 30_000);
});

describe('a start that fails', () => {
  it('names the reason and leaves no worker that would keep the process alive', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const plugins = [new URL('../../test/fixtures/second-rank-fails.mjs', import.meta.url).href];
    const starting = createParallelEngine({ ...base, ranks: 2, backend: ['wasm'], plugins });
    await expect(starting).rejects.toMatchObject({ code: 'invalid_plugin', message: expect.stringContaining('Rank 1') as string });
    await new Promise((turn) => setTimeout(turn, 300));
    expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort')).toHaveLength(before);
  }, 30_000);
});
