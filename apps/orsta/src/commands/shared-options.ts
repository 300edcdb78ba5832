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

/** `--tools` of commands that ask a model folder. */
export const tools = new Option(
  '--tools <settings...>',
  "tools that the model may call: names such as image_zoom_in_tool, and settings of a recipe's trainer.tools such as maxTurns=2; none goes without (default: those of the run that trained it)",
);

/** `--max-new-tokens` of these commands; a run with tools brings its own. */
export function newTokens(otherwise: number): Option {
  return new Option(
    '--max-new-tokens <n>',
    `longest response, with tools all turns of the model together (default: ${String(otherwise)}, or that of a run with tools)`,
  ).argParser(positive);
}

/** `--max-pixels` of these commands. */
export const maxPixels = new Option(
  '--max-pixels <n>',
  'largest image area (default: that of the model, or of a run with tools)',
).argParser(positive);

/** The arguments of commands that take a recipe. */
export const recipe = ['<recipe...>', 'recipe files, later ones win, and overrides such as trainer.steps=3'] as const;
