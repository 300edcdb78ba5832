// What the objectives report, counted by hand: ratios are powers of two, so that those on a bound are exactly on it.
import * as tf from '@tensorflow/tfjs-core';
import { settings } from '@vtriune/format/settings';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { algorithms } from '../plugins.ts';
import type { ObjectiveOutput, ObjectiveTargets } from './objective.ts';

/** Tokens with these ratios and advantages, one response each unless `sequences` says otherwise. */
interface Tokens {
  readonly ratios: readonly number[];
  readonly advantages: readonly number[];
  readonly weights?: readonly number[];
  readonly sequences?: readonly number[];
  readonly samplerLogProbs?: readonly number[];
}

function run(name: string, own: Record<string, unknown>, tokens: Tokens): ObjectiveOutput['statistics'] & { readonly loss: number } {
  const objective = algorithms().objectives.get(name)!;
  const count = tokens.ratios.length;
  const values = Float32Array.from(tokens.ratios, (ratio) => Math.log(ratio));
  return tf.tidy(() => {
    const targets: ObjectiveTargets = {
      logProbs: tf.tensor1d(values),
      entropy: tf.zeros([count]),
      values,
      oldLogProbs: new Float32Array(count),
      samplerLogProbs: Float32Array.from(tokens.samplerLogProbs ?? new Float32Array(count)),
      weights: Float32Array.from(tokens.weights ?? new Float32Array(count).fill(1)),
      advantages: Float32Array.from(tokens.advantages),
      sequences: Int32Array.from(tokens.sequences ?? tokens.ratios.map((_, n) => n)),
    };
    const { loss, statistics } = objective.loss(targets, {
      settings: settings(objective.settings).parse(own),
      normalizer: { tokens: count, sequences: new Set(targets.sequences).size },
      rows: [],
      parameter: () => expect.unreachable(),
      own: () => expect.unreachable(),
    });
    return { ...statistics, loss: loss.dataSync()[0]! };
  });
}

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
});

describe('clip_fraction', () => {
  // In the range [0.5, 2]: the first five; 4 with a positive and 0.25 with a negative advantage are clipped.
  const ratios = [0.5, 2, 1, 1, 1, 4, 4, 4, 0.25, 0.25, 0.25];
  const advantages = [-1, 1, 1, -1, 0, 1, 0, -1, 1, 0, -1];
  const range = { clipLow: 0.5, clipHigh: 1 };

  it('counts ratios beyond the range on the side that counts, not those on a bound or without an advantage', () => {
    expect(run('policy', range, { ratios, advantages })['clip_fraction']).toBe(2);
    expect(run('policy', { clipLow: 0, clipHigh: 0 }, { ratios: [1, 1], advantages: [1, -1] })['clip_fraction']).toBe(0);
  });

  it('of dual-clip counts negative advantages beyond the second bound too, not on it', () => {
    expect(run('dual-clip', { ...range, dualClip: 3.5 }, { ratios, advantages })['clip_fraction']).toBe(3);
    expect(run('dual-clip', { ...range, dualClip: 4 }, { ratios, advantages })['clip_fraction']).toBe(2);
  });

  it('of gspo goes by the ratio of the response', () => {
    // The geometric means are 2 and 1: the first response is beyond 1.5, though one of its tokens is not.
    const tokens = { ratios: [4, 1, 4, 0.25], advantages: [1, 1, 1, 1], sequences: [0, 0, 1, 1] };
    expect(run('gspo', { clipLow: 0.5, clipHigh: 0.5 }, tokens)['clip_fraction']).toBe(2);
  });

  it('of cispo counts every ratio whose weight was cut', () => {
    expect(run('cispo', { clipLow: 0.5, clipHigh: 1 }, { ratios, advantages })['clip_fraction']).toBe(6);
  });
});

describe('divergences', () => {
  it('are sums over the tokens: old minus new, and how far the sampler was from old', () => {
    const found = run('policy', {}, { ratios: [2, 0.5, 4], advantages: [0, 0, 0], samplerLogProbs: [0.5, -0.25, 1] });
    expect(found['approximate_kl']).toBeCloseTo(-2 * Math.LN2, 6);
    expect(found['sampler_gap']).toBeCloseTo(1.75, 6);
  });
});

describe('the loss of gspo', () => {
  it('leaves out a response whose tokens have no weight', () => {
    const found = run(
      'gspo',
      { clipLow: 1, clipHigh: 100 },
      { ratios: [2, 8, 4], advantages: [1, 1, 1], weights: [0, 0, 1], sequences: [0, 0, 1] },
    );
    // Of two responses one earns its ratio, 4.
    expect(found.loss).toBeCloseTo(-4 / 2, 5);
  });
});

describe('the loss of dual-clip', () => {
  it('does not push a token without advantage', () => {
    expect(run('dual-clip', {}, { ratios: [16, 16], advantages: [0, -1] }).loss).toBeCloseTo(3 / 2, 5);
  });
});
