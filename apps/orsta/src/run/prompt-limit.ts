import { resolveTrainConfig } from '@vtriune/trainer';

/** The longest prompt in tokens: the given one, or that of training where a recipe names none. */
export function promptLimit(given: number | undefined): number {
  return given ?? resolveTrainConfig({ steps: 1 }).maxPromptTokens;
}
