/**
 * The parameters of one replica: the tensors that the model computes with, and the optimizer of those that are trained. The others are read
 * from their file one at a time and freed as they go to the device.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Collective } from '../collective/collective.ts';
import { createOptimizer, type OptimizerPlace } from '../optimizer/create-optimizer.ts';
import type { Optimizer, TrainedParameter } from '../optimizer/optimizer.ts';
import { TrainerError } from '../errors.ts';
import { fileTensor, type TensorPlace } from '../safetensors/file-tensor.ts';
import type { SafetensorsDtype } from '../safetensors/safetensors-format.ts';
import type { ModelPart } from '../models/qwen2-5-vl/weights.ts';
import type { EngineSnapshot, HostTensor } from './engine.ts';
import { trainedBy } from './trained-by.ts';

/** A parameter that is not trained: its values are on the device alone. */
interface FrozenEntry {
  shape: readonly number[];
  dtype?: SafetensorsDtype;
  /** The file it came from, which holds the same values. */
  place?: TensorPlace;
}

/** What a store is created with. */
export interface ParameterStoreOptions {
  /** Parts that get no gradient and keep their values; with an adapter nothing but the adapter is trained. */
  frozen: readonly ModelPart[];
  collective: Collective;
  /** Where the optimizer works; `auto` where absent. */
  optimizer?: OptimizerPlace | undefined;
}

/** Tensors of all parameters, and what trains some of them. */
export interface ParameterStore {
  /** All parameters as tensors; owned by the store. */
  readonly tensors: ReadonlyMap<string, tf.Tensor>;
  /** Names of the trained parameters, in the order of the optimizer. */
  readonly trained: readonly string[];
  readonly optimizer: Optimizer;
  snapshot(): EngineSnapshot;
  restore(snapshot: EngineSnapshot): void;
  dispose(): void;
}

/** Creates the store on the active backend. */
export function createParameterStore(
  parameters: ReadonlyMap<string, HostTensor>,
  { frozen, collective, optimizer: place = 'auto' }: ParameterStoreOptions,
): ParameterStore {
  const tensors = new Map<string, tf.Tensor>();
  const upload = (name: string, shape: readonly number[], values: Float32Array): void => {
    tensors.get(name)?.dispose();
    tensors.set(name, tf.keep(tf.tensor(values, [...shape])));
  };
  const { fixed, trained } = takeParameters(parameters, frozen, upload);
  const optimizer = createOptimizer(trained, { place, collective, weights: tensors });
  return {
    tensors,
    trained: trained.map(({ name }) => name),
    optimizer,
    snapshot: () => {
      const state = optimizer.state();
      const frozenParts = [...fixed].map(([name, entry]) => [name, frozenTensor(entry, tensors.get(name))] as const);
      return { ...state, parameters: new Map([...frozenParts, ...state.parameters]) };
    },
    restore: (snapshot) => {
      for (const [name, entry] of fixed) {
        const saved = snapshot.parameters.get(name);
        if (saved === undefined) continue;
        upload(name, entry.shape, saved.place === undefined ? saved.data.slice() : saved.data);
        // The file of a checkpoint may be removed while the run goes on: from here on the device is where the values are.
        fixed.set(name, { shape: entry.shape, ...(saved.dtype === undefined ? {} : { dtype: saved.dtype }) });
      }
      optimizer.restore(snapshot);
    },
    dispose: () => {
      optimizer.dispose();
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}

/** Reads each parameter once, brings those that are not trained to the device, and leaves the others to the optimizer. */
function takeParameters(
  parameters: ReadonlyMap<string, HostTensor>,
  frozen: readonly ModelPart[],
  upload: (name: string, shape: readonly number[], values: Float32Array) => void,
): { fixed: Map<string, FrozenEntry>; trained: TrainedParameter[] } {
  const fixed = new Map<string, FrozenEntry>();
  const trained: TrainedParameter[] = [];
  const trains = trainedBy(parameters.keys(), frozen);
  for (const [name, parameter] of parameters) {
    const { shape, place, data } = parameter;
    // What was read from a file is nobody else's.
    const values = place === undefined ? data.slice() : data;
    if (trains(name)) {
      trained.push({ name, shape, values });
      continue;
    }
    fixed.set(name, frozenEntry(parameter));
    upload(name, shape, values);
  }
  return { fixed, trained };
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
