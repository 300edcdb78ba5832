import { Option } from 'commander';

/** `--split`. */
export const split = new Option('--split <split>', 'held-out split').choices(['train', 'validation', 'test']).default('test');

/** `--plugins` of commands that score. */
export const plugins = new Option('--plugins <names...>', 'verifier packages, by npm name or path');

/** The arguments of commands that take a recipe. */
export const recipe = ['<recipe...>', 'recipe files, later ones win, and overrides such as trainer.steps=3'] as const;
