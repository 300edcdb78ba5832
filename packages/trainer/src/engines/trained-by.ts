import { isAdapterParameter, isTrainedAdapterParameter } from '../adapters/adapter-names.ts';
import { partOf, type ModelPart } from '../models/qwen2-5-vl/weights.ts';

/** Parameters of an objective, beside the model's; they are trained and never saved with the model. */
export const AUXILIARY_PREFIX = 'auxiliary.';

/** Name in the engine of a parameter of an objective. */
export function auxiliaryName(objective: string, name: string): string {
  return `${AUXILIARY_PREFIX}${objective}.${name}`;
}

/**
 * Which parameters are trained: those outside of the frozen parts and, where there is an adapter, of these only the adapter's. Those of an
 * objective always are.
 */
export function trainedBy(names: Iterable<string>, frozen: readonly ModelPart[]): (name: string) => boolean {
  const adapted = [...names].some(isAdapterParameter);
  return (name) => {
    if (name.startsWith(AUXILIARY_PREFIX)) return true;
    if (frozen.includes(partOf(name))) return false;
    return adapted ? isTrainedAdapterParameter(name) : true;
  };
}
