// A prompt as a server takes it: text and images instead of token ids and patches. The server makes token ids of them again, and these must be the
// trainer's: otherwise the log-probabilities belong to another prompt.
import sharp from 'sharp';
import { at } from '@vtriune/format/at';
import type { ImageInput } from '../../data/packed-row.ts';
import { TrainerError } from '../../errors.ts';
import { patchesToImage } from '../../processor/patches-to-image.ts';
import type { Processor } from '../../processor/processor.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';

/** A part of a message in the form of OpenAI's chat interface. */
export type ChatPart =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** A message in that form. */
export interface RemoteMessage {
  readonly role: string;
  readonly content: readonly ChatPart[];
}

/** A turn of ChatML: its role is in the first line. */
const TURN = /<\|im_start\|>([^\n]*)\n([^]*?)(?:<\|im_end\|>\n|$)/g;
const IMAGE = /(<\|vision_start\|><\|image_pad\|><\|vision_end\|>)/;

/** Token ids with one image-pad token for each image, however many visual tokens it has. */
export function collapseImages(tokenIds: readonly number[], { tokenizer }: Processor): number[] {
  const { imagePad } = tokenizer.specialIds;
  return tokenIds.filter((id, index) => id !== imagePad || tokenIds[index - 1] !== imagePad);
}

/** Most tokens to come: those of all responses, or of this one where it goes on. */
export function lengthLimit({ prompt, generation }: { readonly prompt: GenerationPrompt; readonly generation: GenerationOptions }): number {
  return Math.min(generation.maxNewTokens, prompt.continues?.limit ?? generation.maxNewTokens);
}

/**
 * Images as `data:` URLs of PNGs, with the very pixels that the trainer's patches were cut from. Throws `invalid_config` for an image of a tool that is so
 * small that the server would enlarge it.
 */
export function imageUrls(images: readonly ImageInput[], { config }: Processor): Promise<string[]> {
  return Promise.all(
    images.map(async (image) => {
      const { width, height, data } = patchesToImage(image, config);
      if (width * height < config.minPixels)
        throw new TrainerError(
          'invalid_config',
          `An image of ${String(width)}x${String(height)} pixels is smaller than the ${String(config.minPixels)} of the model's min_pixels, and a rollout server would enlarge it. Let the tool return larger images (\`pixels\` of image_zoom_in_tool), or set rollout.kind to local.`,
        );
      const png = await sharp(data, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      return `data:image/png;base64,${png.toString('base64')}`;
    }),
  );
}

/**
 * The prompt as messages. Throws `invalid_config` for a prompt that is not ChatML ending where the assistant goes on, since a chat interface can be
 * asked nothing else.
 */
export async function promptMessages(prompt: GenerationPrompt, processor: Processor): Promise<RemoteMessage[]> {
  const text = processor.tokenizer.decode(collapseImages(prompt.tokenIds, processor), { skipSpecialTokens: false });
  const turns = [...text.matchAll(TURN)];
  const last = turns.pop();
  const joined = turns.map(([whole]) => whole).join('');
  if (last === undefined || last[1] !== 'assistant' || last[2] !== '' || joined + last[0] !== text) {
    throw new TrainerError(
      'invalid_config',
      `A prompt is not a chat that ends where the assistant goes on: ${JSON.stringify(text.slice(0, 120))}. Use sglang, which takes token ids, or a chat template with the turns of ChatML.`,
    );
  }
  const urls = (await imageUrls(prompt.images, processor)).values();
  return turns.map(([, role, content]) => ({ role: String(role), content: contentParts(String(content), urls) }));
}

function contentParts(content: string, urls: Iterator<string, undefined>): ChatPart[] {
  return content
    .split(IMAGE)
    .filter((part) => part !== '')
    .map((part): ChatPart => (IMAGE.test(part) ? { type: 'image_url', image_url: { url: nextUrl(urls) } } : { type: 'text', text: part }));
}

function nextUrl(urls: Iterator<string, undefined>): string {
  const { value } = urls.next();
  if (value !== undefined) return value;
  throw new TrainerError('invalid_batch', 'A prompt has more image placeholders than images. Give one image for each <image> mark.');
}

/** Throws `rollout_failed` where the server read another prompt than the trainer has. */
export function requireSamePrompt(
  url: string,
  processor: Processor,
  tokens: { readonly ours: readonly number[]; readonly theirs: readonly number[] },
): void {
  const [ours, theirs] = [collapseImages(tokens.ours, processor), collapseImages(tokens.theirs, processor)];
  const place = Array.from({ length: Math.max(ours.length, theirs.length) }).findIndex((_, index) => ours[index] !== theirs[index]);
  if (place >= 0) throw otherPrompt(url, `token ${String(place)} is ${String(theirs[place])} there and ${String(ours[place])} here`);
  // Placeholders of images count too: another number of them is another resolution.
  if (tokens.ours.length === tokens.theirs.length) return;
  throw otherPrompt(url, `it has ${String(tokens.theirs.length)} tokens there and ${String(tokens.ours.length)} here`);
}

/** The error for a prompt that the server reads otherwise. */
export function otherPrompt(url: string, difference: string): TrainerError {
  return new TrainerError(
    'rollout_failed',
    `${url} reads a prompt otherwise than the trainer: ${difference}. Start the server with the trainer's model folder, so that tokenizer, chat template and image processor are the same.`,
  );
}

/** A response, checked. Throws `rollout_failed` where it does not end as the server says that it does. */
export function checkedGeneration(
  url: string,
  given: { readonly tokenIds: number[]; readonly logProbs: number[]; readonly finishReason: string },
  { stopTokenIds }: GenerationOptions,
): Generation {
  const { tokenIds, logProbs, finishReason } = given;
  const last = tokenIds.length === 0 ? undefined : at(tokenIds, tokenIds.length - 1);
  const stopped = last !== undefined && stopTokenIds.includes(last);
  if (finishReason === 'length' || (finishReason === 'stop' && stopped)) return { tokenIds, logProbs, truncated: !stopped };
  throw new TrainerError(
    'rollout_failed',
    `${url} ended a response with "${finishReason}" after token ${String(last)}; a response must end with "length", or with "stop" after one of the tokens ${stopTokenIds.join(', ')}.`,
  );
}
