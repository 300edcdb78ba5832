import type { ImageFacts } from '../report/no-signal.ts';
import { SCENE_SIZE } from '../suite/contract.ts';
import { trainedSide } from './model-facts.ts';
import type { Run } from './run.ts';

/** How large the images of a run are. Scenes of the suite have the size that the model was trained on. */
export function imageFacts({ recipe, prepared }: Pick<Run, 'recipe' | 'prepared'>): ImageFacts {
  if (recipe.data.kind === 'suite') return { maxPixels: SCENE_SIZE ** 2 };
  const side = trainedSide(prepared.modelMaxPixels);
  const { maxPixels } = prepared.processor.config;
  return side === undefined ? { maxPixels } : { maxPixels, trainedPixels: side ** 2 };
}
