/**
 * The parameters of one replica: values and optimizer moments on the host, and the tensors that the model computes with. Gradients of the
 * trained parameters live in one flat array, which is what ranks exchange.
 */
import * as tf from '@tensorflow/tfjs-core';
import { adamwStep, gradientNorm, type AdamwOptions } from '../optimizer/adamw.ts';
import { partOf, type ModelPart } from '../models/qwen2-5-vl/weights.ts';
import type { EngineSnapshot, HostTensor } from './engine.ts';

/** Parameters beside the model's own that a pre-training head uses; they are trained and never saved with the model. */
export const AUXILIARY_PREFIX = 'auxiliary.';

interface Entry {
  name: string;
  shape: readonly number[];
  values: Float32Array;
  moment1: Float32Array;
  moment2: Float32Array;
  /** Place in the flat gradient. */
  offset: number;
}

/** Values, moments and tensors of all parameters. */
export interface ParameterStore {
  /** All parameters as tensors; owned by the store. */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** The trained parameters, in the order of the flat gradient. */
  readonly trained: readonly { name: string; offset: number; size: number }[];
  /** Length of the flat gradient. */
  readonly gradientSize: number;
  /** Root mean square of all trained weights. */
  rootMeanSquare(): number;
  /** One AdamW step from a flat gradient; replaces the tensors. */
  step(gradient: Float32Array, options: AdamwOptions & { learningRate: number }): void;
  snapshot(): EngineSnapshot;
  restore(snapshot: EngineSnapshot): void;
  dispose(): void;
}

/** Creates the store; `frozen` parts get no gradient and keep their values. */
export function createParameterStore(parameters: ReadonlyMap<string, HostTensor>, frozen: readonly ModelPart[]): ParameterStore {
  const tensors = new Map<string, tf.Tensor>();
  const values = new Map<string, HostTensor>();
  const trained: Entry[] = [];
  let gradientSize = 0;
  let optimizerStep = 0;
  for (const [name, { shape, data }] of parameters) {
    const own = data.slice();
    values.set(name, { shape, data: own });
    if (!name.startsWith(AUXILIARY_PREFIX) && frozen.includes(partOf(name))) continue;
    const size = own.length;
    trained.push({ name, shape, values: own, moment1: new Float32Array(size), moment2: new Float32Array(size), offset: gradientSize });
    gradientSize += size;
  }
  const upload = (name: string): void => {
    const host = values.get(name);
    if (host === undefined) return;
    tensors.get(name)?.dispose();
    tensors.set(name, tf.keep(tf.tensor(host.data.slice(), [...host.shape])));
  };
  for (const name of values.keys()) upload(name);
  return {
    tensors,
    trained: trained.map((entry) => ({ name: entry.name, offset: entry.offset, size: entry.values.length })),
    gradientSize,
    rootMeanSquare: () => gradientNorm(trained.map((entry) => entry.values)) / Math.sqrt(Math.max(1, gradientSize)),
    step: (gradient, options) => {
      optimizerStep++;
      for (const entry of trained) {
        const part = gradient.subarray(entry.offset, entry.offset + entry.values.length);
        adamwStep(entry, part, { ...options, step: optimizerStep, decay: entry.shape.length > 1 });
        upload(entry.name);
      }
    },
    snapshot: () => ({
      parameters: new Map([...values].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }])),
      moment1: new Map(optimizerStep === 0 ? [] : trained.map((entry) => [entry.name, entry.moment1.slice()])),
      moment2: new Map(optimizerStep === 0 ? [] : trained.map((entry) => [entry.name, entry.moment2.slice()])),
      optimizerStep,
    }),
    restore: (snapshot) => {
      optimizerStep = snapshot.optimizerStep;
      for (const [name, host] of values) host.data.set(snapshot.parameters.get(name)?.data ?? host.data);
      for (const entry of trained) {
        entry.moment1.set(snapshot.moment1.get(entry.name) ?? new Float32Array(entry.values.length));
        entry.moment2.set(snapshot.moment2.get(entry.name) ?? new Float32Array(entry.values.length));
      }
      for (const name of values.keys()) upload(name);
    },
    dispose: () => {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}
