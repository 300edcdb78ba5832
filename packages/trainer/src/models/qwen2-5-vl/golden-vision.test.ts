// The vision tower against Hugging Face transformers; see test/fixtures/qwen2-5-vl/HOW.md.

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  gradientDifferences,
  loadGolden,
  maxDifference,
  patchesFor,
  pixels,
  readGolden,
  readGoldenTensor,
  type Golden,
} from '../../../test/fixtures/qwen2-5-vl/golden.ts';
import { selectBackend } from '../../backend/select-backend.ts';
import { encodeVision, planVision, visionWeightShapes } from './vision.ts';

function encode({ config: { vision }, weights, inputs }: Golden): tf.Tensor2D {
  const plan = planVision(vision, inputs.vision_grids);
  return tf.tidy(() => encodeVision({ weights, config: vision }, patchesFor(vision, inputs.vision_grids), plan));
}

function disposeAll(golden: Golden): void {
  golden.weights.forEach((variable) => variable.dispose());
}

describe.each(['cpu', 'wasm'] as const)('vision tower on %s', { timeout: 60_000 }, (backend) => {
  describe.each(['untied', 'tied'])('of the %s golden', (name) => {
    it('gives the visual tokens of transformers', async () => {
      await selectBackend({ prefer: [backend] });
      const golden = await loadGolden(name);
      const expected = await readGoldenTensor(`${name}/vision-output.safetensors`, 'output');
      const before = tf.memory().numTensors;
      const output = encode(golden);
      expect(tf.memory().numTensors).toBe(before + 1);
      expect(output.shape).toEqual(expected.shape);
      expect(maxDifference(output.dataSync(), expected.data)).toBeLessThan(1e-4);
      output.dispose();
      disposeAll(golden);
    });
  });

  it('has the gradients of transformers', async () => {
    await selectBackend({ prefer: [backend] });
    const golden = await loadGolden('tied');
    const expected = await readGolden('tied/vision-gradients.safetensors');
    const shapes = visionWeightShapes(golden.config.vision);
    expect([...expected.keys()].sort()).toEqual([...shapes.keys()].sort());
    const variables = [...shapes.keys()].flatMap((key) => golden.weights.get(key) ?? []);
    const byName = new Map([...golden.weights].map(([key, variable]) => [variable.name, key]));
    const before = tf.memory().numTensors;
    const { value, grads } = tf.variableGrads(() => {
      const output = encode(golden);
      return tf.sum(tf.mul(output, pixels(output.shape[0], output.shape[1])));
    }, variables);
    const named = Object.fromEntries(Object.entries(grads).map(([key, gradient]) => [byName.get(key) ?? key, gradient]));
    for (const [key, difference] of gradientDifferences(named, expected)) expect(difference, key).toBeLessThan(1e-4);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    disposeAll(golden);
  });
});
