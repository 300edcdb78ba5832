import { readFile } from 'node:fs/promises';
import type { QuestionImage } from '../contract.ts';
import { OrstaError } from '../../errors.ts';

/** A piece of a prompt. */
export type PromptPart = { readonly text: string } | { readonly image: QuestionImage };

const MARK = /<image(?: (\d+))?>/g;

/**
 * Text and images in turn: an image where the prompt says `<image>` (the next one) or `<image 2>` (that one), and those that it does not name first.
 * Throws `invalid_data` where a prompt names an image that there is not.
 */
export function promptParts(prompt: string, images: readonly QuestionImage[]): PromptPart[] {
  const parts: PromptPart[] = [];
  const used = new Set<number>();
  let next = 0;
  let at = 0;
  for (const mark of prompt.matchAll(MARK)) {
    const index = mark[1] === undefined ? next++ : Number(mark[1]) - 1;
    const image = images[index];
    if (image === undefined)
      throw new OrstaError(
        'invalid_data',
        `A prompt has ${mark[0]}, but its question has ${String(images.length)} images: ${prompt.slice(0, 100)}`,
      );
    used.add(index);
    parts.push({ text: prompt.slice(at, mark.index) }, { image });
    at = mark.index + mark[0].length;
  }
  parts.push({ text: prompt.slice(at) });
  const before = images.filter((_, index) => !used.has(index)).map((image) => ({ image }));
  return [...before, ...parts].filter((part) => !('text' in part) || part.text !== '');
}

/** The encoded bytes of an image. Throws `invalid_data` where there is no such file. */
export async function imageBytes(image: QuestionImage): Promise<Uint8Array> {
  if ('bytes' in image) return image.bytes;
  return readFile(image.path).catch((cause: unknown) => {
    throw new OrstaError('invalid_data', `The image ${image.path} cannot be read. Put the images where the data names them.`, { cause });
  });
}

const SIGNATURES: readonly (readonly [type: string, start: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8]],
  ['image/gif', [0x47, 0x49, 0x46]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46]],
  ['image/bmp', [0x42, 0x4d]],
];

/** Media type of an encoded image, by its first bytes. Throws `invalid_data` for none of the kinds that models take. */
export function mediaType(bytes: Uint8Array): string {
  const found = SIGNATURES.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  if (found !== undefined) return found[0];
  throw new OrstaError('invalid_data', 'An image is none of PNG, JPEG, GIF, WebP and BMP.');
}
