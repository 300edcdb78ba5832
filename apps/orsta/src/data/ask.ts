import { applyPromptPool, type Sample } from '@vtriune/format';
import type { Recipe } from '../recipe/recipe.ts';

/** How a recipe asks for answers. */
export type AskSettings = Pick<Recipe['data'], 'prompts' | 'seed'>;

/**
 * The sample with its prompt as the recipe wants it. `draw` is the sample's place in training, so that it is asked in other words when it
 * comes up again; without it the words are always the same, as evaluation needs. Throws FormatError where the prompt asks for a format
 * already.
 */
export function ask(sample: Sample, { prompts, seed }: AskSettings, draw?: number): Sample {
  if (prompts === 'as_is') return sample;
  return applyPromptPool(sample, { seed, ...(prompts === 'asked' ? { kind: 'asked' } : {}), ...(draw === undefined ? {} : { draw }) });
}
