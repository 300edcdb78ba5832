import { resolveTrainConfig } from '@vtriune/trainer';
import { Option } from 'commander';

/** `--max-prompt-tokens`, with the limit that training has where a recipe names none. */
export function promptLimitOption(parse: (text: string) => number): Option {
  return new Option('--max-prompt-tokens <n>', 'longest prompt in tokens, visual tokens included; a longer one is refused')
    .argParser(parse)
    .default(resolveTrainConfig({ steps: 1 }).maxPromptTokens);
}
