import * as tf from '@tensorflow/tfjs-core';
import type { HostTensor } from '../models/host-tensor.ts';
import type { Model } from '../models/qwen2-5-vl/model.ts';
import type { ParameterStore } from './parameter-store.ts';

/** The model that training began with, for the KL term. */
export interface Reference {
  model(): Model;
  dispose(): void;
}

/**
 * A frozen copy of the parameters that the replica was created with, made when it is first asked for. What the replica does not train is
 * shared with it. A resumed run gives the same: its engine is created with the base model before the snapshot is restored.
 */
export function createReference(model: Model, store: ParameterStore, parameters: ReadonlyMap<string, HostTensor>): Reference {
  let copied: Map<string, tf.Tensor> | undefined;
  return {
    model: () => {
      copied ??= new Map(
        store.trained.flatMap((name) => {
          const host = parameters.get(name);
          return host === undefined ? [] : [[name, tf.keep(tf.tensor(host.data.slice(), [...host.shape]))] as const];
        }),
      );
      return { config: model.config, weights: new Map([...store.tensors, ...copied]) };
    },
    dispose: () => {
      tf.dispose([...(copied ?? new Map<string, tf.Tensor>()).values()]);
      copied = undefined;
    },
  };
}
