import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { OP_CASES, type OpCase } from '../../test/op-cases.ts';
import { selectBackend } from './select-backend.ts';

const TOLERANCE = 1e-5;
const STEP = 2 ** -7;

interface Outcome {
  readonly shape: number[];
  readonly dtype: string;
  readonly forward: Float32Array;
  readonly gradients: Float32Array[];
}

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

function compute(backend: string, op: OpCase): Outcome {
  void tf.setBackend(backend);
  return tf.tidy(() => {
    const inputs = op.shapes.map((shape, at) => tf.tensor(mapped(op, values(shape, at + 1)), [...shape]));
    const run = (...xs: tf.Tensor[]): tf.Tensor => (backend === 'cpu' && op.reference ? op.reference(...xs) : op.run(...xs));
    const out = run(...inputs);
    const gradients = op.gradient === false ? [] : tf.grads((...xs: tf.Tensor[]) => weighted(run(...xs)))(inputs);
    return {
      shape: out.shape,
      dtype: out.dtype,
      forward: Float32Array.from(out.dataSync()),
      gradients: gradients.map((gradient) => Float32Array.from(gradient.dataSync())),
    };
  });
}

function weighted(out: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(out, tf.tensor(values(out.shape, 99), out.shape)));
}

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

function mapped(op: OpCase, numbers: Float32Array): Float32Array {
  return op.domain ? numbers.map(op.domain) : numbers;
}

/** Numbers of -1..1 from a fixed sequence. */
function values(shape: readonly number[], seed: number): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

/** The largest difference, relative to the value itself or to a third of the largest value, whichever is larger. */
function worstError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return actual.reduce((worst, value, at) => {
    const reference = expected[at] ?? Number.NaN;
    const error = Math.abs(value - reference) / Math.max(Math.abs(reference), largest / 3);
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
  }, 0);
}
