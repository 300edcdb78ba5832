// A prompt as a server takes it: text and pictures instead of token ids and patches. The server makes token ids of them again, and they must be the
// trainer's, or the log-probabilities belong to another prompt.
import sharp from 'sharp';
import { at } from '@vtriune/format/at';
import type { ImageInput } from '../../data/packed-row.ts';
import { TrainerError } from '../../errors.ts';
import { patchesToImage } from '../../processor/patches-to-image.ts';
import type { Processor } from '../../processor/processor.ts';
import type { GenerationPrompt } from '../generate.ts';

/** A part of a message in the form of OpenAI's chat interface. */
export type ChatPart =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** A message in that form. */
export interface RemoteMessage {
  readonly role: string;
  readonly content: readonly ChatPart[];
}

/** Token ids with one image-pad token for each image, however many visual tokens it has. */
export function collapseImages(tokenIds: readonly number[], { tokenizer }: Processor): number[] {
  const { imagePad } = tokenizer.specialIds;
  return tokenIds.filter((id, index) => id !== imagePad || tokenIds[index - 1] !== imagePad);
}

/** An image as a `data:` URL of a PNG, with the very pixels that the trainer's patches were cut from. */
export async function imageUrl(image: ImageInput, { config }: Processor): Promise<string> {
  const { width, height, data } = patchesToImage(image, config);
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** The prompt as text, with one image mark for each image. */
export function promptText(prompt: GenerationPrompt, processor: Processor): string {
  return processor.tokenizer.decode(collapseImages(prompt.tokenIds, processor), { skipSpecialTokens: false });
}

/**
 * The prompt as messages: what stands between `<|im_start|>` and `<|im_end|>`, the role in its first line. Throws `invalid_config` for a prompt in
 * another form, which a chat interface cannot be asked.
 */
export async function promptMessages(prompt: GenerationPrompt, processor: Processor): Promise<RemoteMessage[]> {
  const text = promptText(prompt, processor);
  const turns = [...text.matchAll(/<\|im_start\|>([^\n]*)\n([^]*?)(?:<\|im_end\|>\n|$)/g)];
  const last = turns.pop();
  const joined = turns.map(([whole]) => whole).join('');
  if (last === undefined || last[1] !== 'assistant' || last[2] !== '' || joined + last[0] !== text) {
    throw new TrainerError(
      'invalid_config',
      `A prompt is not in the form of a chat that ends where the assistant goes on: ${JSON.stringify(text.slice(0, 120))}. Use a server that takes text (sglang), or a ChatML template.`,
    );
  }
  const urls = await Promise.all(prompt.images.map((image) => imageUrl(image, processor)));
  let next = 0;
  return turns.map(([, role = '', content = '']) => ({
    role,
    content: content
      .split(/(<\|vision_start\|><\|image_pad\|><\|vision_end\|>)/)
      .filter((part) => part !== '')
      .map((part): ChatPart => {
        if (!part.startsWith('<|vision_start|>')) return { type: 'text', text: part };
        return { type: 'image_url', image_url: { url: at(urls, next++) } };
      }),
  }));
}

/** Throws `rollout_failed` where the server read another prompt than the trainer has. */
export function requireSamePrompt(
  server: string,
  processor: Processor,
  tokens: { ours: readonly number[]; theirs: readonly number[] },
): void {
  const [ours, theirs] = [collapseImages(tokens.ours, processor), collapseImages(tokens.theirs, processor)];
  const place = ours.findIndex((id, index) => id !== theirs[index]);
  if (place === -1 && ours.length === theirs.length) return;
  const index = place === -1 ? ours.length : place;
  throw new TrainerError(
    'rollout_failed',
    `${server} reads the prompt otherwise than the trainer: token ${String(index)} is ${String(theirs[index] ?? 'absent')} there and ${String(ours[index] ?? 'absent')} here. Its tokenizer or chat template is another one: start it with the trainer's model folder.`,
  );
}
