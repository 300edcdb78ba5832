import { describe, expect, it } from 'vitest';
import { adamwStep, gradientNorm } from './adamw.ts';
import { learningRateAt } from './learning-rate.ts';

const TORCH = [0.9767745137214661, -1.9911965131759644] as const;
const options = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, learningRate: 0.01 };

describe('adamwStep', () => {
  // Reference: torch.optim.AdamW 2.15, the same settings, gradients [0.5, -1], [0.1, 2], [-0.3, 0.25] on [1, -2].
  it('equals PyTorch over three steps', () => {
    const state = { values: Float32Array.of(1, -2), moment1: new Float32Array(2), moment2: new Float32Array(2) };
    [
      [0.5, -1],
      [0.1, 2],
      [-0.3, 0.25],
    ].forEach((gradient, i) => {
      adamwStep(state, Float32Array.from(gradient), { ...options, step: i + 1, decay: true });
    });
    expect(state.values[0]).toBeCloseTo(TORCH[0], 6);
    expect(state.values[1]).toBeCloseTo(TORCH[1], 6);
  });
  it('moves by the learning rate on the first step, whatever the gradient', () => {
    const state = { values: Float32Array.of(0), moment1: new Float32Array(1), moment2: new Float32Array(1) };
    adamwStep(state, Float32Array.of(1e-3), { ...options, step: 1, decay: false });
    expect(state.values[0]).toBeCloseTo(-0.01, 5);
  });
});

describe('gradientNorm', () => {
  it('is the length over all parts', () => {
    expect(gradientNorm([Float32Array.of(3), Float32Array.of(0, 4)])).toBe(5);
  });
});

describe('learningRateAt', () => {
  const schedule = { peak: 1, warmupSteps: 4, decay: 'cosine', floor: 0.1 } as const;
  it('rises linearly, then falls along a half cosine to the floor', () => {
    expect([0, 1, 2, 3].map((step) => learningRateAt(schedule, step, 104))).toEqual([0.25, 0.5, 0.75, 1]);
    expect(learningRateAt(schedule, 54, 104)).toBeCloseTo(0.55, 6);
    expect(learningRateAt(schedule, 104, 104)).toBeCloseTo(0.1, 6);
    expect(learningRateAt({ ...schedule, decay: 'constant' }, 90, 104)).toBe(1);
  });
});
