import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference, patchesFor, pixels } from '../../../test/fixtures/qwen2-5-vl/golden.ts';
import { selectBackend } from '../../backend/select-backend.ts';
import { SMALL_VISION } from '../../testing/small-vision.ts';
import { encodeVision, planVision, visionWeightShapes, type GridThw, type VisionConfig } from './vision.ts';

const config = { ...SMALL_VISION, depth: 2, fullAttentionBlockIndexes: [1] };
const windowsOnly = { ...config, fullAttentionBlockIndexes: [] };

let weights: Map<string, tf.Tensor>;
beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
  weights = new Map([...visionWeightShapes(config)].map(([name, shape]) => [name, seeded(shape)]));
});

function seeded(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tidy(() => tf.reshape(pixels(1, size), shape));
}

function encode(grids: readonly GridThw[], options: { patches?: tf.Tensor2D; config?: VisionConfig } = {}): number[][] {
  const used = options.config ?? config;
  return tf.tidy(() => {
    const patches = options.patches ?? patchesFor(used, grids);
    return encodeVision({ weights, config: used }, patches, planVision(used, grids)).arraySync();
  });
}

function differing(a: number[][], b: number[][]): number[] {
  return a.flatMap((row, index) => (maxDifference(row, b[index] ?? []) > 1e-6 ? [index] : []));
}

describe('encodeVision', () => {
  it('encodes an image the same alone and in any company', () => {
    const [image, small, clip]: GridThw[] = [[1, 6, 10], [1, 4, 4], [2, 6, 6]]; // prettier-ignore
    if (image === undefined || small === undefined || clip === undefined) throw new Error('three grids');
    const alone = encode([image]);
    for (const company of [
      [image, small],
      [image, image, clip],
      [image, clip, small, image],
    ])
      // prettier-ignore
      expect(maxDifference(encode(company).slice(0, 15).flat(), alone.flat())).toBeLessThan(1e-5);
  });

  it('keeps images in order whatever their sizes', () => {
    const sizes: GridThw[] = [[1, 6, 10], [1, 4, 4], [1, 6, 10]]; // prettier-ignore
    const rows = encode(sizes);
    const patches = patchesFor(config, sizes);
    const last = encode([[1, 6, 10]], { patches: tf.slice(patches, [76, 0], [60, patches.shape[1]]) });
    expect(maxDifference(rows.slice(19).flat(), last.flat())).toBeLessThan(1e-5);
  });

  it('looks within windows only, but in the blocks of full attention', () => {
    const grid: GridThw = [1, 8, 8];
    const patches = patchesFor(config, [grid]);
    // The first patch belongs to token 0; its window holds the tokens 0, 1, 4 and 5 of 4 x 4.
    const changed = tf.tidy(() => {
      const [first, rest] = [tf.slice(patches, 0, 1), tf.slice(patches, 1)];
      return tf.concat([tf.add<tf.Tensor2D>(first, 1), rest], 0);
    });
    const local = differing(encode([grid], { patches, config: windowsOnly }), encode([grid], { patches: changed, config: windowsOnly }));
    expect(local).toEqual([0, 1, 4, 5]);
    expect(differing(encode([grid], { patches }), encode([grid], { patches: changed }))).toHaveLength(16);
  });

  it('keeps the frames of a clip apart', () => {
    const patches = patchesFor(config, [[2, 4, 4]]);
    const together = encode([[2, 4, 4]], { patches });
    expect(maxDifference(together.flat(), encode([[1, 4, 4], [1, 4, 4]], { patches }).flat())).toBeLessThan(1e-6); // prettier-ignore
  });

  it('does not depend on the order of windows where all attention is full, nor do the gradients', () => {
    const full = { ...config, fullAttentionBlockIndexes: [0, 1] };
    const grids: GridThw[] = [[1, 6, 10], [1, 8, 8]]; // prettier-ignore
    const run = (used: VisionConfig): { output: Float32Array; gradient: Float32Array } => {
      const plan = planVision(used, grids);
      const loss = (patches: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(encodeVision({ weights, config: used }, patches as tf.Tensor2D, plan)));
      const { value, grad } = tf.valueAndGrad(loss)(patchesFor(used, grids));
      return { output: value.dataSync<'float32'>(), gradient: grad.dataSync<'float32'>() };
    };
    const reordered = run(full);
    const plain = run({ ...full, windowSize: 800 });
    const scale = (values: Float32Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(maxDifference(reordered.output, plain.output)).toBeLessThan(1e-5 * scale(plain.output));
    expect(maxDifference(reordered.gradient, plain.gradient)).toBeLessThan(1e-5 * scale(plain.gradient));
  });

  it('leaves nothing behind but its result', () => {
    const grids: GridThw[] = [[1, 6, 10], [1, 4, 4]]; // prettier-ignore
    const patches = patchesFor(config, grids);
    const before = tf.memory().numTensors;
    const output = encodeVision({ weights, config }, patches, planVision(config, grids));
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(output.shape).toEqual([19, 4]);
  });

  it('refuses patches of other images, and a checkpoint without a weight', () => {
    const patches = patchesFor(config, [[1, 4, 4]]);
    const plan = planVision(config, [[1, 4, 6]]);
    expect(() => encodeVision({ weights, config }, patches, plan)).toThrow(
      'patches have the shape [16, 4], the grids of the plan call for [24, 4]',
    );
    const lacking = new Map([...weights].filter(([name]) => name !== 'visual.merger.ln_q.weight'));
    expect(() => encodeVision({ weights: lacking, config }, patches, planVision(config, [[1, 4, 4]]))).toThrow('visual.merger.ln_q.weight');
  });
});
