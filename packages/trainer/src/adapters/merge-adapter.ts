import { at } from '@vtriune/format/at';
import { TrainerError } from '../errors.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import { adaptedModules, adapterNames, isAdapterParameter } from './adapter-names.ts';

/**
 * The parameters of a model without its adapter: `W + scaling B A` in its place, which gives the same outputs. Throws `invalid_checkpoint` where
 * the adapter is of another model.
 */
export function mergeAdapter(parameters: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
  const merged = new Map([...parameters].filter(([name]) => !isAdapterParameter(name)));
  for (const module of adaptedModules(parameters.keys())) {
    const { down, up, scaling } = adapterNames(module);
    const weight = `${module}.weight`;
    merged.set(weight, {
      shape: tensorOf(parameters, weight).shape,
      data: addProduct(tensorOf(parameters, weight), {
        down: tensorOf(parameters, down),
        up: tensorOf(parameters, up),
        scaling: tensorOf(parameters, scaling).data[0] ?? Number.NaN,
      }),
    });
  }
  return merged;
}

function addProduct(weight: HostTensor, { down, up, scaling }: { down: HostTensor; up: HostTensor; scaling: number }): Float32Array {
  const [outputs, rank] = [at(up.shape, 0), at(up.shape, 1)];
  const inputs = at(down.shape, 1);
  const values = weight.data.slice();
  const [a, b] = [down.data, up.data];
  for (let row = 0; row < outputs; row++) {
    for (let r = 0; r < rank; r++) {
      const factor = scaling * b[row * rank + r]!;
      for (let column = 0; column < inputs; column++) values[row * inputs + column]! += factor * a[r * inputs + column]!;
    }
  }
  return values;
}

function tensorOf(parameters: ReadonlyMap<string, HostTensor>, name: string): HostTensor {
  const tensor = parameters.get(name);
  if (tensor !== undefined) return tensor;
  throw new TrainerError(
    'invalid_checkpoint',
    `The adapter cannot be merged: the model has no ${name}. Give the model that the adapter was trained on.`,
  );
}
