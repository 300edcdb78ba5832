import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { followGolden, GOLDEN_RUNS } from '../../test/fixtures/optimizer/golden.ts';
import { selectBackend } from '../backend/select-backend.ts';
import { singleCollective, type Collective } from '../collective/collective.ts';
import { createOptimizer } from './create-optimizer.ts';
import { deviceOptimizer } from './device-optimizer.ts';
import { hostOptimizer } from './host-optimizer.ts';
import type { Optimizer, OptimizerStep } from './optimizer.ts';

const STEP: OptimizerStep = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0, learningRate: 0.01, scale: 1 };

/** An optimizer of two parameters, with the model's tensors. */
function start(collective: Collective = singleCollective()): { optimizer: Optimizer; weights: Map<string, tf.Tensor> } {
  const weights = new Map<string, tf.Tensor>();
  const parameters = [
    { name: 'a', shape: [2], values: Float32Array.of(3, -4) },
    { name: 'b', shape: [1, 2], values: Float32Array.of(0, 5) },
  ];
  return { optimizer: createOptimizer(parameters, { place: 'auto', collective, weights }), weights };
}

beforeAll(async () => {
  await selectBackend({ prefer: ['wasm'] });
});

describe('the optimizer on the host', () => {
  it.each(GOLDEN_RUNS)('equals PyTorch: $name', (run) => {
    const before = tf.memory().numTensors;
    const worst = followGolden((parameters, weights) => hostOptimizer(parameters, weights, singleCollective()), run);
    expect(worst.parameters).toBeLessThan(1e-6);
    expect(worst.moments).toBeLessThan(1e-5);
    expect(worst.norms).toBeLessThan(1e-6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is the one on wasm, and needs no native backend', () => {
    const { optimizer, weights } = start();
    optimizer.addGradient([tf.tensor([1, 1]), undefined]);
    optimizer.step(STEP);
    expect(weights.get('a')?.dataSync()[0]).toBeCloseTo(2.99, 5);
    expect(weights.get('b')?.arraySync()).toEqual([[0, 5]]);
    const onDevice = deviceOptimizer([{ name: 'a', shape: [1], values: Float32Array.of(1) }], new Map());
    expect(() => onDevice.step(STEP)).toThrow(expect.objectContaining({ code: 'backend_unavailable' }));
  });

  it('adds up micro-batches, forgets them, and tells lengths by group', () => {
    const { optimizer } = start();
    for (const share of [1, 2]) optimizer.addGradient([tf.tensor([share, 0]), tf.tensor([[0, 4 * share]])]);
    expect(optimizer.gradientLengths([[0, 1], [0], [1], []])).toEqual([Math.sqrt(9 + 144), 3, 12, 0]);
    optimizer.zeroGradient();
    expect(optimizer.gradientLengths([[0, 1]])).toEqual([0]);
    optimizer.addGradient([tf.tensor([Number.NaN, 0]), undefined]);
    expect(optimizer.gradientLengths([[0], [1]])).toEqual([Number.NaN, 0]);
    expect(optimizer.rootMeanSquare()).toBeCloseTo(Math.sqrt(50 / 4), 12);
  });

  it('sums the gradient over all ranks, also on a rank that had no rows', () => {
    const { optimizer } = start({ ...singleCollective(), size: 2, allReduceSum: (values) => values.forEach((_, i) => (values[i]! += i)) });
    optimizer.reduceGradient();
    expect(optimizer.gradientLengths([[0], [1]])).toEqual([1, Math.sqrt(13)]);
  });

  it('goes on from a state with the same bits, and leaves the state as it was', () => {
    const [straight, resumed] = [start(), start()];
    const learn = ({ optimizer }: { optimizer: Optimizer }, x: number): void => {
      optimizer.addGradient([tf.tensor([x, -x]), tf.tensor([[x * x, 1]])]);
      optimizer.step(STEP);
      optimizer.zeroGradient();
    };
    expect(straight.optimizer.state().moment1.size).toBe(0);
    for (const x of [0.3, -2]) learn(straight, x);
    const saved = straight.optimizer.state();
    const copy = structuredClone(saved);
    resumed.optimizer.restore(saved);
    for (const one of [straight, resumed]) learn(one, 0.7);
    expect(resumed.optimizer.state()).toEqual(straight.optimizer.state());
    expect(saved).toEqual(copy);
    resumed.optimizer.restore({ ...saved, parameters: new Map(), moment1: new Map(), moment2: new Map() });
    expect(resumed.optimizer.state().parameters).toEqual(straight.optimizer.state().parameters);
    expect(resumed.optimizer.state().moment2.get('b')).toEqual(new Float32Array(2));
  });
});
