import { decodeImage } from './decode-image.ts';
import { targetSize } from './image-to-patches.ts';
import type { ProcessorConfig } from './processor-config.ts';
import { resizeBicubic } from './resize-bicubic.ts';
import type { RgbImage } from './rgb-image.ts';

/** An image at the size at which the model sees it, and its size before. */
export interface FittedImage {
  readonly image: RgbImage;
  readonly stored: { readonly width: number; readonly height: number };
}

/**
 * Decodes an image and resizes it once, to the size that the configuration asks for. Cutting the result into patches does not resize it again,
 * so that a data set can be held in memory at the model's size and still gives the pixels of transformers' image processor.
 * Throws `invalid_image` for what cannot be decoded or has a size that is not allowed.
 */
export async function readImage(pathOrBytes: string | Uint8Array, config: ProcessorConfig): Promise<FittedImage> {
  const image = await decodeImage(pathOrBytes);
  const stored = { width: image.width, height: image.height };
  if (!config.doResize) return { image, stored };
  const { width, height } = targetSize(image, config);
  return { image: { ...resizeBicubic(image, width, height), fitted: true }, stored };
}
