import type { Sample } from '@vtriune/format';
import { SPECIAL_TOKENS } from '@vtriune/trainer';

/**
 * What is wrong with a prompt whose text holds a token that has a meaning of its own to the model: `<|im_end|>` would end the turn in the middle of
 * a question, and `<|image_pad|>` be taken for an image. Absent where there is none.
 */
export function controlTokenIn({ prompt }: Sample): string | undefined {
  for (const { role, content } of prompt) {
    const found = Object.values(SPECIAL_TOKENS).find((token) => content.includes(token));
    if (found !== undefined)
      return `the ${role} message holds ${found}, which the model reads as a control token and not as text. Take it out; the place of an image is written <image>.`;
  }
  return undefined;
}
