import { Option } from 'commander';
import { positive } from './number-options.ts';

/** `--split`. */
export const split = new Option('--split <split>', 'held-out split').choices(['train', 'validation', 'test']).default('test');

/** `--plugins` of commands that score. */
export const plugins = new Option('--plugins <names...>', 'verifier packages, by npm name or path');

/** `--max-prompt-tokens` of commands that ask a model folder. */
export const promptTokens = new Option(
  '--max-prompt-tokens <n>',
  'longest prompt in tokens, visual tokens included; a longer one is refused (default: that of training)',
).argParser(positive);

/** The arguments of commands that take a recipe. */
export const recipe = ['<recipe...>', 'recipe files, later ones win, and overrides such as trainer.steps=3'] as const;
