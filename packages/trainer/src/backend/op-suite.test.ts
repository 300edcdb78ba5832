import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { OP_CASES, type OpCase } from '../../test/op-cases.ts';
import { compute, mapped, TOLERANCE, values, worstError } from '../../test/op-comparison.ts';
import { selectBackend } from './select-backend.ts';

const STEP = 2 ** -7;

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
  const report = await selectBackend({ prefer: ['wasm'] });
  expect(report.kernelPack).toBe(true);
});

describe('wasm with the kernel pack agrees with the cpu backend', () => {
  it.each(OP_CASES.map((op): [string, OpCase] => [op.name, op]))('%s', (_, op) => {
    const expected = compute('cpu', op);
    const actual = compute('wasm', op);
    expect(actual.shape).toEqual(expected.shape);
    expect(actual.dtype).toBe(expected.dtype);
    expect(worstError(actual.forward, expected.forward)).toBeLessThan(TOLERANCE);
    expect(actual.gradients.length).toBe(expected.gradients.length);
    actual.gradients.forEach((gradient, at) => {
      expect(worstError(gradient, expected.gradients[at] ?? new Float32Array())).toBeLessThan(TOLERANCE);
    });
  });
});

describe('gradients agree with difference quotients', () => {
  const smooth = OP_CASES.filter((op) => op.gradient !== false && op.smooth !== false);
  it.each(smooth.map((op): [string, OpCase] => [op.name, op]))('%s', (_, op) => {
    const { gradients } = compute('wasm', op);
    op.shapes.forEach((shape, input) => {
      const direction = values(shape, 50 + input);
      const along = dot(gradients[input] ?? new Float32Array(), direction);
      const quotient =
        (weightedSum(op, { input, direction, step: STEP }) - weightedSum(op, { input, direction, step: -STEP })) / (2 * STEP);
      const scale = Math.sqrt(Math.max(dot(direction, direction), 1));
      expect(Math.abs(along - quotient)).toBeLessThan(0.02 * Math.max(Math.abs(quotient), scale));
    });
  });
});

interface Move {
  readonly input: number;
  readonly direction: Float32Array;
  readonly step: number;
}

function weightedSum(op: OpCase, { input, direction, step }: Move): number {
  return tf.tidy(() => {
    const inputs = op.shapes.map((shape, at) => {
      const start = mapped(op, values(shape, at + 1));
      return tf.tensor(at === input ? start.map((value, i) => value + step * (direction[i] ?? 0)) : start, [...shape]);
    });
    const out = op.run(...inputs);
    return dot(Float32Array.from(out.dataSync()), values(out.shape, 99));
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
