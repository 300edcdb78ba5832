import { SCENE_SIZE } from '../suite/contract.ts';

/** Above this a processor belongs to a published model of billions of parameters, which has seen all sizes. */
const LARGE_MODEL_PIXELS = 200_000;

/** Side of the images that a model was trained on, by its processor's limit; absent for models that have seen all sizes. */
export function trainedSide(processorMaxPixels: number): number | undefined {
  return processorMaxPixels > LARGE_MODEL_PIXELS ? undefined : SCENE_SIZE;
}
