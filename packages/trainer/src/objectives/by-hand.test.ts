// Losses of a few tokens worked out by hand: probabilities are powers of two, and no weight is 1, so that each part of the loss shows in the sum.
import * as tf from '@tensorflow/tfjs-core';
import { settings } from '@vtriune/format/settings';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { algorithms } from '../plugins.ts';
import type { BatchSize, ObjectiveTargets } from './objective.ts';

/** Tokens as powers of one half: 1 is a probability of a half, 2 of a quarter. */
interface Tokens {
  readonly now: readonly number[];
  readonly old: readonly number[];
  readonly sampler?: readonly number[];
  readonly reference?: readonly number[];
  readonly weights: readonly number[];
  readonly advantages: readonly number[];
  readonly sequences: readonly number[];
  readonly entropy?: readonly number[];
}

interface Outcome {
  readonly loss: number;
  /** Of the loss to the log-probabilities. */
  readonly gradient: readonly number[];
  readonly statistics: Readonly<Record<string, number>>;
}

function logs(powers: readonly number[]): Float32Array {
  return Float32Array.from(powers, (power) => -power * Math.LN2);
}

function run({ name, ...own }: { name: string } & Record<string, unknown>, tokens: Tokens, normalizer: BatchSize): Outcome {
  const objective = algorithms().objectives.get(name);
  if (objective === undefined) throw new RangeError(`there is no ${name}`);
  const { now, old, sampler = old, reference, weights, advantages, sequences } = tokens;
  let statistics: Outcome['statistics'] = {};
  return tf.tidy(() => {
    const lossAt = (logProbs: tf.Tensor): tf.Scalar => {
      const targets: ObjectiveTargets = {
        logProbs: logProbs as tf.Tensor1D,
        entropy: tf.tensor1d([...(tokens.entropy ?? now.map(() => 0))]),
        values: logs(now),
        oldLogProbs: logs(old),
        samplerLogProbs: logs(sampler),
        ...(reference === undefined ? {} : { referenceLogProbs: logs(reference) }),
        weights: Float32Array.from(weights),
        advantages: Float32Array.from(advantages),
        sequences: Int32Array.from(sequences),
      };
      const output = objective.loss(targets, {
        settings: settings(objective.settings).parse(own),
        normalizer,
        rows: [],
        parameter: () => expect.unreachable(),
        own: () => expect.unreachable(),
      });
      ({ statistics } = output);
      return output.loss as tf.Scalar;
    };
    const { value, grad } = tf.valueAndGrad(lossAt)(tf.tensor1d(logs(now)));
    return { loss: value.dataSync<'float32'>()[0]!, gradient: [...grad.dataSync<'float32'>()], statistics };
  });
}

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
});

describe('next-token', () => {
  it('is minus the weighted log-probabilities over the tokens of the batch', () => {
    const tokens = { now: [1, 3], old: [0, 0], weights: [1, 0.5], advantages: [7, 7], sequences: [0, 0] };
    const { loss, gradient, statistics } = run({ name: 'next-token' }, tokens, { tokens: 4, sequences: 9 });
    // (1 + 3 / 2) ln 2 / 4
    expect(loss).toBeCloseTo(0.625 * Math.LN2, 6);
    expect(gradient).toEqual([-0.25, -0.125]);
    expect(statistics).toEqual({});
    expect(algorithms().objectives.get('next-token')?.statistics).toEqual([]);
  });
});

describe('the parts of a policy loss', () => {
  // Ratios 2 and 1; the sampler saw a quarter of the first and twice the second; the reference lies one power below and one above.
  const tokens = {
    now: [1, 2],
    old: [2, 2],
    sampler: [4, 1],
    reference: [2, 1],
    weights: [0.5, 2],
    advantages: [3, -1],
    sequences: [0, 1],
    entropy: [0.4, 1.2],
  };
  const wide = { name: 'policy', clipLow: 1, clipHigh: 9 };
  const batch = { tokens: 4, sequences: 2 };
  const lossOf = (own: Record<string, unknown>): number => run({ ...wide, ...own }, tokens, batch).loss;

  it('are minus ratio times advantage, by the shares of the tokens', () => {
    // (0.5 x -6 + 2 x 1) / 4
    expect(lossOf({})).toBeCloseTo(-0.25, 6);
  });
  it('are weighted by what the sampler saw, up to the cap', () => {
    // Weights 4 and 1/2, the first cut to 1.5.
    expect(lossOf({ samplerCap: 1.5 })).toBeCloseTo((0.5 * -6 * 1.5 + 2 * 0.5) / 4, 6);
    expect(lossOf({ samplerCap: 8 })).toBeCloseTo((0.5 * -6 * 4 + 2 * 0.5) / 4, 6);
    expect(lossOf({ samplerCap: 0.25 })).toBeCloseTo(-0.25 / 4, 6);
  });
  it.each([
    // The log-probabilities differ from the reference's by ln 2 and by -ln 2.
    ['k1', Math.LN2, -Math.LN2],
    ['k2', 0.240227, 0.240227],
    ['k3', 0.5 + Math.LN2 - 1, 2 - Math.LN2 - 1],
  ])('have the divergence from the reference by %s', (klEstimator, first, second) => {
    expect(lossOf({ klCoefficient: 0.5, klEstimator })).toBeCloseTo(-0.25 + (0.5 * (0.5 * first + 2 * second)) / 4, 6);
  });
  it('have the mean entropy taken off, weighted as the tokens are', () => {
    // (0.5 x 0.4 + 2 x 1.2) / 4 = 0.65
    expect(lossOf({ entropyBonus: 0.5 })).toBeCloseTo(-0.25 - 0.325, 6);
  });
  it('come with the sums of old minus new, and of how far the sampler was', () => {
    const { statistics } = run(wide, tokens, batch);
    expect(Object.keys(statistics)).toEqual(['clip_fraction', 'approximate_kl', 'sampler_gap']);
    expect(statistics['clip_fraction']).toBe(0);
    expect(statistics['approximate_kl']).toBeCloseTo(-Math.LN2, 6);
    expect(statistics['sampler_gap']).toBeCloseTo(3 * Math.LN2, 6);
  });
  it('have gradients through the ratio and through the divergence alone', () => {
    // Of -r A the gradient is -r A itself, of k3 it is 1 - exp(-d): a half, and minus one.
    const { gradient } = run({ ...wide, samplerCap: 2, klCoefficient: 0.5, klEstimator: 'k3' }, tokens, batch);
    expect(gradient[0]).toBeCloseTo((0.5 * (-6 * 2 + 0.5 * 0.5)) / 4, 5);
    expect(gradient[1]).toBeCloseTo((2 * (0.5 - 0.5)) / 4, 5);
  });
  it('cannot have the divergence without the reference', () => {
    const { reference: _, ...without } = tokens;
    expect(() => run({ ...wide, klCoefficient: 0.5 }, without, batch)).toThrow(
      expect.objectContaining({ code: 'invalid_plugin', message: expect.stringContaining('add usesReference') as string }),
    );
    expect(run(wide, without, batch).loss).toBeCloseTo(-0.25, 6);
  });
});

describe('the mean', () => {
  // Ratios are 1: the losses of the tokens are 1, 2 and 4.
  const tokens = { now: [1, 1, 1], old: [1, 1, 1], weights: [0.5, 2, 1], advantages: [-1, -2, -4], sequences: [0, 0, 1] };
  it.each([
    // The shares: of all weights, of those of the response, of a length of 5.
    [{ mean: 'token' }, (0.5 * 1 + 2 * 2 + 4) / 10],
    [{ mean: 'sequence' }, ((0.5 * 1 + 2 * 2) / 2.5 + 4) / 4],
    [{ mean: 'sequence', constantLength: 5 }, (0.5 * 1 + 2 * 2 + 4) / 5 / 4],
  ])('with %j', (mean, expected) => {
    expect(run({ name: 'policy', ...mean }, tokens, { tokens: 10, sequences: 4 }).loss).toBeCloseTo(expected, 6);
  });
  it('over responses leaves out one whose tokens have no weight', () => {
    const without = { ...tokens, weights: [0, 0, 1] };
    expect(run({ name: 'policy', mean: 'sequence' }, without, { tokens: 1, sequences: 2 }).loss).toBeCloseTo(2, 6);
  });
});

describe('ratios of other kinds', () => {
  it('gspo: the weighted geometric mean of the response, to which each token adds its share', () => {
    // The first token's ratio is 4 and its weight 1 of 4: the response has the fourth root of 4.
    const tokens = { now: [1, 2, 3], old: [3, 2, 3], weights: [1, 3, 2], advantages: [-1, -1, 2], sequences: [0, 0, 1] };
    const { loss, gradient } = run({ name: 'gspo', clipLow: 1, clipHigh: 9 }, tokens, { tokens: 6, sequences: 2 });
    expect(loss).toBeCloseTo((Math.SQRT2 - 2) / 2, 6);
    [Math.SQRT2 / 8, (3 * Math.SQRT2) / 8, -1].forEach((value, n) => expect(gradient[n]).toBeCloseTo(value, 6));
  });
  it('cispo: a constant weight between the bounds, times the log-probability', () => {
    const tokens = { now: [1, 3, 2], old: [4, 1, 2], weights: [1, 1, 1], advantages: [1, 2, -1], sequences: [0, 0, 0] };
    const { loss, gradient, statistics } = run({ name: 'cispo', clipLow: 0.5, clipHigh: 1 }, tokens, { tokens: 3, sequences: 1 });
    // Ratios 8, 1/4 and 1, cut to 2, 1/2 and 1.
    expect(loss).toBeCloseTo(((2 * 1 + 0.5 * 2 * 3 - 2) * Math.LN2) / 3, 5);
    [-2 / 3, -1 / 3, 1 / 3].forEach((value, n) => expect(gradient[n]).toBeCloseTo(value, 6));
    expect(statistics['clip_fraction']).toBe(2);
  });
  it('dual-clip: a negative advantage counts up to the second bound', () => {
    const tokens = { now: [1, 1, 1], old: [5, 2, 5], weights: [1, 1, 1], advantages: [-1, -1, 1], sequences: [0, 0, 0] };
    const { loss, gradient } = run({ name: 'dual-clip', clipLow: 0.5, clipHigh: 1, dualClip: 3 }, tokens, { tokens: 3, sequences: 1 });
    // Ratios 16, 2 and 16: 3 at most, 2 as it is, and 2 at most for what gains.
    expect(loss).toBeCloseTo((3 + 2 - 2) / 3, 6);
    [0, 2 / 3, 0].forEach((value, n) => expect(gradient[n]).toBeCloseTo(value, 6));
  });
});
