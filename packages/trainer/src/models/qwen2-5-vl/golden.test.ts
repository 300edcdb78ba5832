// The whole model against Hugging Face transformers; see test/fixtures/qwen2-5-vl/HOW.md.

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  gradientDifferences,
  loadGolden,
  maxDifference,
  patchesFor,
  readGolden,
  readGoldenTensor,
  type Golden,
} from '../../../test/fixtures/qwen2-5-vl/golden.ts';
import { selectBackend } from '../../backend/select-backend.ts';
import { forwardLogits } from './model.ts';
import { ropeIndex } from './rope-index.ts';
import { weightShapes } from './weights.ts';

const NAMES = ['untied', 'tied'];

function logitsOf({ config, weights, inputs }: Golden): tf.Tensor3D {
  return tf.tidy(() =>
    forwardLogits(
      { config, weights },
      {
        tokenIds: inputs.token_ids,
        attentionMask: inputs.attention_mask,
        patches: patchesFor(config.vision, inputs.grids),
        grids: inputs.grids,
      },
    ),
  );
}

/** Mean negative log-probability of each next token that is no padding and follows none. */
function lossOf(logits: tf.Tensor3D, { inputs }: Golden): tf.Scalar {
  const [batch, time, vocabulary] = logits.shape;
  const weight = inputs.attention_mask.map((row) => row.map((real, t) => (real === 1 && row[t + 1] === 1 ? 1 : 0)));
  const count = weight.flat().reduce<number>((sum, value) => sum + value, 0);
  const next = inputs.token_ids.flatMap((row) => [...row.slice(1), 0]);
  const chosen = tf.mul(tf.oneHot(tf.tensor1d(next, 'int32'), vocabulary), tf.tensor2d(weight.flat(), [batch * time, 1]));
  return tf.div(tf.neg(tf.sum(tf.mul(tf.logSoftmax(tf.reshape(logits, [batch * time, vocabulary])), chosen))), count);
}

/** The rows of `values` `[B, T, width]` at tokens that are no padding. */
function realRows(values: Float32Array, { inputs }: Golden, width: number): number[] {
  return inputs.attention_mask.flat().flatMap((real, at) => (real === 1 ? [...values.subarray(at * width, (at + 1) * width)] : []));
}

describe.each(NAMES)('%s golden', (name) => {
  beforeAll(async () => {
    await selectBackend({ prefer: ['cpu'] });
  });

  it('holds the weights that weightShapes names', async () => {
    const { config, weights } = await loadGolden(name);
    expect(new Map([...weights].map(([key, tensor]) => [key, tensor.shape]))).toEqual(weightShapes(config));
  });

  it('has the positions of get_rope_index', async () => {
    const golden = await loadGolden(name);
    const { config, inputs } = golden;
    const { data, shape } = await readGoldenTensor(`${name}/outputs.safetensors`, 'position_ids');
    const perAxis = data.length / 3;
    const grids = [inputs.grids.slice(0, 2), inputs.grids.slice(2), []];
    const rows = inputs.token_ids.map((row, b) => row.filter((_, t) => inputs.attention_mask[b]?.[t] === 1));
    const positions = rows.map((row, b) => ropeIndex(row, grids[b] ?? [], config));
    expect(shape).toEqual([3, inputs.token_ids.length, inputs.token_ids[0]?.length]);
    (['temporal', 'height', 'width'] as const).forEach((axis, index) => {
      const expected = realRows(data.subarray(index * perAxis, (index + 1) * perAxis), golden, 1);
      expect(positions.flatMap((row) => row[axis])).toEqual(expected);
    });
  });
});

describe.each(['cpu', 'wasm'] as const)('on %s', { timeout: 60_000 }, (backend) => {
  beforeAll(async () => {
    await selectBackend({ prefer: [backend] });
  });

  it.each(NAMES)('the %s model gives the logits of transformers', async (name) => {
    const golden = await loadGolden(name);
    const expected = await readGoldenTensor(`${name}/outputs.safetensors`, 'logits');
    const before = tf.memory().numTensors;
    const logits = logitsOf(golden);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(logits.shape).toEqual(expected.shape);
    const width = golden.config.text.vocabularySize;
    const actual = realRows(logits.dataSync<'float32'>(), golden, width);
    expect(maxDifference(actual, realRows(expected.data, golden, width))).toBeLessThan(1e-4);
    tf.dispose([logits, [...golden.weights.values()]]);
  });

  it.each(NAMES)('the %s model has the loss and every gradient of transformers', async (name) => {
    const golden = await loadGolden(name);
    const expected = new Map([
      ...(await readGolden(`${name}/gradients-visual.safetensors`)),
      ...(await readGolden(`${name}/gradients-text.safetensors`)),
    ]);
    expect([...expected.keys()].sort()).toEqual([...golden.weights.keys()].sort());
    const byName = new Map([...golden.weights].map(([key, variable]) => [variable.name, key]));
    const { value, grads } = tf.variableGrads(() => lossOf(logitsOf(golden), golden), [...golden.weights.values()]);
    expect(value.dataSync()[0]).toBeCloseTo(golden.inputs.loss, 5);
    const named = Object.fromEntries(Object.entries(grads).map(([key, gradient]) => [byName.get(key) ?? key, gradient]));
    for (const [key, difference] of gradientDifferences(named, expected)) expect(difference, key).toBeLessThan(1e-4);
    tf.dispose([value, grads, [...golden.weights.values()]]);
  });
});
