// Every policy objective against TRL's and verl's own code: loss and gradient, in one micro-batch and in two.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { settings } from '@vtriune/format/settings';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { algorithms } from '../plugins.ts';
import type { ObjectiveTargets } from './objective.ts';
import { referenceKl, type KlEstimator } from './reference-kl.ts';

interface Outcome {
  loss: number;
  gradient: number[];
  entropy_gradient: number[] | null;
}
interface Goldens {
  batch: {
    lengths: number[];
    log_probs: number[];
    old_log_probs: number[];
    sampler_log_probs: number[];
    reference_log_probs: number[];
    entropy: number[];
    advantages: number[];
  };
  losses: Record<string, Outcome & { settings: { name: string } & Record<string, unknown> }>;
  kl: Record<KlEstimator, Outcome>;
}

const goldens = JSON.parse(readFileSync(new URL('../../test/fixtures/algorithms/goldens.json', import.meta.url), 'utf8')) as Goldens;
const { batch } = goldens;
const SEQUENCES = batch.lengths.flatMap((length, sequence) => Array<number>(length).fill(sequence));
const TOKENS = SEQUENCES.length;

/** Loss and gradients of the responses `[from, to)` under an objective, with the normalizer of the whole batch. */
function part(given: { name: string } & Record<string, unknown>, from: number, to: number): Outcome & { clipped: number } {
  const { name, ...own } = given;
  const objective = algorithms().objectives.get(name)!;
  const members = SEQUENCES.flatMap((sequence, n) => (sequence >= from && sequence < to ? [n] : []));
  const pick = (values: readonly number[]): Float32Array => Float32Array.from(members, (n) => values[n]!);
  let clipped = 0;
  const run = (logProbs: tf.Tensor, entropy: tf.Tensor): tf.Scalar => {
    const targets: ObjectiveTargets = {
      logProbs: logProbs as tf.Tensor1D,
      entropy: entropy as tf.Tensor1D,
      values: pick(batch.log_probs),
      oldLogProbs: pick(batch.old_log_probs),
      samplerLogProbs: pick(batch.sampler_log_probs),
      referenceLogProbs: pick(batch.reference_log_probs),
      weights: new Float32Array(members.length).fill(1),
      advantages: Float32Array.from(members, (n) => batch.advantages[SEQUENCES[n]!]!),
      sequences: Int32Array.from(members, (n) => SEQUENCES[n]! - from),
    };
    const { loss, statistics } = objective.loss(targets, {
      settings: settings(objective.settings).parse(own),
      normalizer: { tokens: TOKENS, sequences: batch.lengths.length },
      rows: [],
      parameter: () => {
        throw new RangeError('no parameter is used');
      },
      own: () => {
        throw new RangeError('no parameter is used');
      },
    });
    clipped = statistics['clip_fraction']!;
    return loss as tf.Scalar;
  };
  return tf.tidy(() => {
    const inputs = [tf.tensor1d(pick(batch.log_probs)), tf.tensor1d(pick(batch.entropy))];
    const { value, grads } = tf.engine().gradients(() => run(inputs[0]!, inputs[1]!), inputs, undefined, true);
    const numbers = (gradient: tf.Tensor | undefined): number[] => (gradient === undefined ? [] : [...gradient.dataSync()]);
    return { loss: value.dataSync()[0]!, gradient: numbers(grads[0]), entropy_gradient: numbers(grads[1]), clipped };
  });
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 6));
}

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
});

describe('policy objectives', () => {
  it.each(Object.entries(goldens.losses))('%s has the loss and the gradient of the reference', (_name, golden) => {
    const whole = part(golden.settings, 0, batch.lengths.length);
    expect(whole.loss).toBeCloseTo(golden.loss, 6);
    expectClose(whole.gradient, golden.gradient);
    if (golden.entropy_gradient !== null) expectClose(whole.entropy_gradient ?? [], golden.entropy_gradient);
  });

  it.each(Object.entries(goldens.losses))('%s is the sum of its micro-batches', (_name, golden) => {
    const [first, second] = [part(golden.settings, 0, 2), part(golden.settings, 2, batch.lengths.length)];
    expect(first.loss + second.loss).toBeCloseTo(golden.loss, 6);
    expectClose([...first.gradient, ...second.gradient], golden.gradient);
  });

  it('report how many tokens were clipped', () => {
    const all = batch.lengths.length;
    expect(part({ name: 'policy' }, 0, all).clipped).toBeGreaterThan(3);
    expect(part({ name: 'policy', clipLow: 1, clipHigh: 100 }, 0, all).clipped).toBe(0);
    expect(part({ name: 'cispo', clipLow: 0, clipHigh: 0 }, 0, all).clipped).toBe(TOKENS);
    expect(part({ name: 'gspo', clipLow: 0.99, clipHigh: 100 }, 0, all).clipped).toBe(0);
  });

  it('leave nothing behind', () => {
    const before = tf.memory().numTensors;
    for (const { settings: given } of Object.values(goldens.losses)) part(given, 0, 3);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('referenceKl', () => {
  it.each(Object.entries(goldens.kl))('%s has the value and the gradient of the reference', (kind, golden) => {
    const [value, gradient] = tf.tidy(() => {
      const mean = (logProbs: tf.Tensor): tf.Scalar =>
        tf.mean(referenceKl(logProbs as tf.Tensor1D, Float32Array.from(batch.reference_log_probs), kind as KlEstimator));
      const at = tf.tensor1d(batch.log_probs);
      return [mean(at).dataSync()[0]!, [...tf.grad(mean)(at).dataSync()]];
    });
    expect(value).toBeCloseTo(golden.loss, 6);
    expectClose(gradient, golden.gradient);
  });
});
