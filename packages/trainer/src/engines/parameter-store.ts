/**
 * The parameters of one replica: the tensors that the model computes with and, for those that are trained, values and moments on the host.
 * The others are read from their file one at a time and freed as they go to the device. Gradients of the
 * trained parameters live in one flat array, which is what ranks exchange.
 */
import * as tf from '@tensorflow/tfjs-core';
import { adamwStep, type AdamwOptions } from '../optimizer/adamw.ts';
import { TrainerError } from '../errors.ts';
import { fileTensor, type TensorPlace } from '../safetensors/file-tensor.ts';
import type { SafetensorsDtype } from '../safetensors/safetensors-format.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';
import type { EngineSnapshot, HostTensor } from './engine.ts';
import { trainedBy } from './trained-by.ts';

interface Entry {
  name: string;
  shape: readonly number[];
  values: Float32Array;
  moment1: Float32Array;
  moment2: Float32Array;
  /** Place in the flat gradient. */
  offset: number;
}

/** A parameter that is not trained: its values are on the device alone. */
interface FrozenEntry {
  shape: readonly number[];
  dtype?: SafetensorsDtype;
  /** The file it came from, which holds the same values. */
  place?: TensorPlace;
}

/** Values, moments and tensors of all parameters. */
export interface ParameterStore {
  /** All parameters as tensors; owned by the store. */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** The trained parameters, in the order of the flat gradient. */
  readonly trained: readonly { name: string; offset: number; size: number }[];
  /** Length of the flat gradient. */
  readonly gradientSize: number;
  /** One AdamW step from a flat gradient; replaces the tensors. */
  step(gradient: Float32Array, options: AdamwOptions & { learningRate: number }): void;
  snapshot(): EngineSnapshot;
  restore(snapshot: EngineSnapshot): void;
  dispose(): void;
}

/** Creates the store; `frozen` parts get no gradient and keep their values, and with an adapter nothing but the adapter is trained. */
export function createParameterStore(parameters: ReadonlyMap<string, HostTensor>, frozen: readonly ModelPart[]): ParameterStore {
  const tensors = new Map<string, tf.Tensor>();
  const upload = (name: string, shape: readonly number[], values: Float32Array): void => {
    tensors.get(name)?.dispose();
    tensors.set(name, tf.keep(tf.tensor(values, [...shape])));
  };
  const { fixed, trained, gradientSize } = takeParameters(parameters, frozen, upload);
  let optimizerStep = 0;
  return {
    tensors,
    trained: trained.map((entry) => ({ name: entry.name, offset: entry.offset, size: entry.values.length })),
    gradientSize,
    step: (gradient, options) => {
      optimizerStep++;
      for (const entry of trained) {
        const part = gradient.subarray(entry.offset, entry.offset + entry.values.length);
        adamwStep(entry, part, { ...options, step: optimizerStep, decay: entry.shape.length > 1 });
        upload(entry.name, entry.shape, entry.values.slice());
      }
    },
    snapshot: () => ({
      parameters: new Map([
        ...[...fixed].map(([name, entry]): [string, HostTensor] => [name, frozenTensor(entry, tensors.get(name))]),
        ...trained.map(({ name, shape, values }): [string, HostTensor] => [name, { shape, data: values.slice() }]),
      ]),
      moment1: new Map(optimizerStep === 0 ? [] : trained.map((entry) => [entry.name, entry.moment1.slice()])),
      moment2: new Map(optimizerStep === 0 ? [] : trained.map((entry) => [entry.name, entry.moment2.slice()])),
      optimizerStep,
    }),
    restore: (snapshot) => {
      optimizerStep = snapshot.optimizerStep;
      for (const [name, entry] of fixed) {
        const saved = snapshot.parameters.get(name);
        if (saved === undefined) continue;
        upload(name, entry.shape, saved.place === undefined ? saved.data.slice() : saved.data);
        // The file of a checkpoint may be removed while the run goes on: from here on the device is where the values are.
        fixed.set(name, { shape: entry.shape, ...(saved.dtype === undefined ? {} : { dtype: saved.dtype }) });
      }
      for (const entry of trained) entry.values.set(snapshot.parameters.get(entry.name)?.data ?? entry.values);
      for (const entry of trained) {
        entry.moment1.set(snapshot.moment1.get(entry.name) ?? new Float32Array(entry.values.length));
        entry.moment2.set(snapshot.moment2.get(entry.name) ?? new Float32Array(entry.values.length));
      }
      for (const entry of trained) upload(entry.name, entry.shape, entry.values.slice());
    },
    dispose: () => {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}

/** Reads each parameter once, brings it to the device, and keeps on the host what training needs. */
function takeParameters(
  parameters: ReadonlyMap<string, HostTensor>,
  frozen: readonly ModelPart[],
  upload: (name: string, shape: readonly number[], values: Float32Array) => void,
): { fixed: Map<string, FrozenEntry>; trained: Entry[]; gradientSize: number } {
  const fixed = new Map<string, FrozenEntry>();
  const trained: Entry[] = [];
  const trains = trainedBy(parameters.keys(), frozen);
  let gradientSize = 0;
  for (const [name, parameter] of parameters) {
    const { shape, place, data } = parameter;
    // What was read from a file is nobody else's.
    const own = place === undefined ? data.slice() : data;
    if (!trains(name)) {
      fixed.set(name, frozenEntry(parameter));
      upload(name, shape, own);
      continue;
    }
    const size = own.length;
    trained.push({ name, shape, values: own, moment1: new Float32Array(size), moment2: new Float32Array(size), offset: gradientSize });
    gradientSize += size;
    upload(name, shape, own.slice());
  }
  return { fixed, trained, gradientSize };
}

function frozenEntry({ shape, dtype, place }: HostTensor): FrozenEntry {
  return { shape, ...(dtype === undefined ? {} : { dtype }), ...(place === undefined ? {} : { place }) };
}

/** Values of a frozen parameter: those of its file, or read back from the device. */
function frozenTensor({ shape, dtype, place }: FrozenEntry, tensor: tf.Tensor | undefined): HostTensor {
  if (place !== undefined) return fileTensor(place);
  if (tensor === undefined) throw new TrainerError('invalid_checkpoint', 'The engine was closed; take the snapshot before.');
  return { shape, data: tensor.dataSync<'float32'>().slice(), ...(dtype === undefined ? {} : { dtype }) };
}
