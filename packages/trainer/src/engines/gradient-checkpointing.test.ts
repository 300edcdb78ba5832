import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAdapter } from '../adapters/adapter.ts';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import { initialize } from '../models/qwen2-5-vl/initialize.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import type { UpdateRequest } from './engine.ts';
import { createLocalEngine } from './local-engine.ts';

const { config, parameters } = tinyModel();

/** Rows of different lengths, with images of different sizes and two continuations each. */
function row(seed: number, length = 2 + seed): PackedRow {
  const continuations = [0, 1].map((i) => ({
    tokenIds: tinyPrompt(seed * 10 + i, { length: 4 }).tokenIds,
    trainFrom: 0,
    advantage: i === 0 ? 1 : -0.5,
  }));
  return packRow(tinyPrompt(seed, { length, image: tinyImage(seed, 2, 2 * (1 + (seed % 2))) }), continuations, config);
}

function request(rows: PackedRow[]): UpdateRequest {
  return {
    rows,
    objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
    temperature: 1,
    normalizer: { tokens: rows.length * 8, sequences: rows.length * 2 },
    learningRate: 1e-3,
    gradientClip: 1,
    adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
  };
}

interface Case {
  readonly name: string;
  readonly frozen: readonly ModelPart[];
  readonly adapter?: readonly ModelPart[];
}

const CASES: readonly Case[] = [
  { name: 'everything trained', frozen: [] },
  { name: 'the vision tower frozen', frozen: ['vit', 'connector'] },
  { name: 'the language model frozen', frozen: ['llm'] },
  { name: 'an adapter on the language model', frozen: [], adapter: ['llm'] },
  { name: 'an adapter on tower and language model', frozen: [], adapter: ['vit', 'llm'] },
];

function engineOf({ frozen, adapter }: Case, gradientCheckpointing: boolean): ReturnType<typeof createLocalEngine> {
  const targets = ['q_proj', 'v_proj', 'down_proj', 'up_proj', ...(adapter?.includes('vit') === true ? ['attn.qkv'] : [])];
  const own = adapter === undefined ? [] : [...createAdapter(config, { rank: 4, targets, parts: [...adapter] }).parameters];
  const base = { config, frozen, paddingTokenId: TINY.padding, tokensPerMicroBatch: 64, gradientCheckpointing };
  return createLocalEngine({ ...base, parameters: new Map([...parameters, ...own]) });
}

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('gradient checkpointing', () => {
  it.each(CASES)('changes no bit of what is learned: $name', async (given) => {
    const rows = [1, 2, 3, 4].map((seed) => row(seed));
    const results = await Promise.all(
      [false, true].map(async (on) => {
        const engine = engineOf(given, on);
        const reports = [await engine.update(request(rows)), await engine.update(request(rows))];
        const { parameters: after } = await engine.snapshot();
        await engine.close();
        return { reports, after: [...after].map(([name, { data }]) => [name, data] as const) };
      }),
    );
    const [off, on] = results;
    expect(on).toEqual(off);
    expect(on?.reports[0]?.gradientNorm).toBeGreaterThan(0);
  });

  it('leaves no tensor', async () => {
    const engine = engineOf({ name: '', frozen: [] }, true);
    await engine.update(request([row(1)]));
    const before = tf.memory().numTensors;
    await engine.update(request([row(1)]));
    await engine.scoreTargets([row(1)], 1);
    expect(tf.memory().numTensors).toBe(before);
    await engine.close();
  });

  it('keeps less in memory the more blocks there are', async () => {
    const deep = { ...config, text: { ...config.text, layers: 8 } };
    const parametersOfDeep = initialize(deep, 1);
    const rows = [packRow(tinyPrompt(1, { length: 90 }), [{ tokenIds: [9, 10], trainFrom: 0, advantage: 1 }], deep)];
    const peaks: number[] = [];
    for (const gradientCheckpointing of [false, true]) {
      const base = { config: deep, parameters: parametersOfDeep, frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 64 };
      const engine = createLocalEngine({ ...base, gradientCheckpointing });
      const before = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => {
        void engine.update(request(rows));
        return tf.scalar(0);
      });
      peaks.push(peakBytes - before);
      await engine.close();
    }
    const [off, on] = peaks;
    expect(on).toBeLessThan((off ?? Number.NaN) / 2);
  });
});
