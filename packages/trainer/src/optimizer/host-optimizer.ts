/**
 * AdamW on arrays of the host: the same bits on every rank, and on every backend for the same gradient. The gradient of the batch is one flat
 * array, which is what ranks exchange. Left out: anything that computes on the device.
 */
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import type { Collective } from '../collective/collective.ts';
import { adamwStep, gradientNorm } from './adamw.ts';
import type { Optimizer, OptimizerState, TrainedParameter } from './optimizer.ts';

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly moment1: Float32Array;
  readonly moment2: Float32Array;
  /** Place in the flat gradient. */
  readonly offset: number;
}

/** AdamW on arrays of the host. */
export function hostOptimizer(parameters: readonly TrainedParameter[], weights: Map<string, tf.Tensor>, collective: Collective): Optimizer {
  let size = 0;
  const entries = parameters.map(({ name, shape, values }): Entry => {
    const offset = size;
    size += values.length;
    return { name, shape, values, moment1: new Float32Array(values.length), moment2: new Float32Array(values.length), offset };
  });
  const upload = ({ name, shape, values }: Entry): void => {
    weights.get(name)?.dispose();
    weights.set(name, tf.keep(tf.tensor(values.slice(), [...shape])));
  };
  let optimizerStep = 0;
  let sum: Float32Array | undefined;
  const gradient = (): Float32Array => (sum ??= new Float32Array(size));
  const partOf = ({ offset, values }: Entry): Float32Array => gradient().subarray(offset, offset + values.length);
  entries.forEach(upload);
  return {
    zeroGradient: () => {
      sum = undefined;
    },
    addGradient: (parts) => {
      entries.forEach((entry, index) => {
        const part = parts[index];
        if (part === undefined) return;
        addInto(partOf(entry), part.dataSync<'float32'>());
        part.dispose();
      });
    },
    reduceGradient: () => collective.allReduceSum(gradient()),
    gradientLengths: (groups) => groups.map((indexes) => gradientNorm(indexes.map((index) => partOf(at(entries, index))))),
    step: (options) => {
      optimizerStep++;
      const whole = gradient();
      if (options.scale < 1) for (let i = 0; i < whole.length; i++) whole[i]! *= options.scale;
      for (const entry of entries) {
        adamwStep(entry, partOf(entry), { ...options, step: optimizerStep, decay: entry.shape.length > 1 });
        upload(entry);
      }
    },
    rootMeanSquare: () => gradientNorm(entries.map(({ values }) => values)) / Math.sqrt(Math.max(1, size)),
    state: () => stateOf(entries, optimizerStep),
    restore: (state) => {
      optimizerStep = state.optimizerStep;
      for (const entry of entries) {
        restoreEntry(entry, state);
        upload(entry);
      }
    },
    dispose: () => {
      sum = undefined;
    },
  };
}

function stateOf(entries: readonly Entry[], optimizerStep: number): OptimizerState {
  const withMoments = optimizerStep === 0 ? [] : entries;
  return {
    parameters: new Map(entries.map(({ name, shape, values }) => [name, { shape, data: values.slice() }])),
    moment1: new Map(withMoments.map(({ name, moment1 }) => [name, moment1.slice()])),
    moment2: new Map(withMoments.map(({ name, moment2 }) => [name, moment2.slice()])),
    optimizerStep,
  };
}

function restoreEntry({ name, values, moment1, moment2 }: Entry, state: OptimizerState): void {
  values.set(state.parameters.get(name)?.data ?? values);
  setOrClear(moment1, state.moment1.get(name));
  setOrClear(moment2, state.moment2.get(name));
}

function addInto(target: Float32Array, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) target[i] = target[i]! + values[i]!;
}

function setOrClear(target: Float32Array, values: Float32Array | undefined): void {
  if (values === undefined) target.fill(0);
  else target.set(values);
}
