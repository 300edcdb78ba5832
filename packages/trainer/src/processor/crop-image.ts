import { TrainerError } from '../errors.ts';
import type { RgbImage } from './rgb-image.ts';

/** A part of an image in whole pixels. */
export interface ImagePart {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const CHANNELS = 3;

/** Cuts a part out of an image. Throws `invalid_image` for a part that is not inside of it. */
export function cropImage(image: RgbImage, { left, top, width, height }: ImagePart): RgbImage {
  const inside = left >= 0 && top >= 0 && width >= 1 && height >= 1 && left + width <= image.width && top + height <= image.height;
  if (!inside || ![left, top, width, height].every(Number.isInteger))
    throw new TrainerError(
      'invalid_image',
      `The part of ${width}x${height} pixels at ${left}, ${top} is not inside of an image of ${image.width}x${image.height}; give whole pixels within it.`,
    );
  const data = new Uint8Array(width * height * CHANNELS);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * image.width + left) * CHANNELS;
    data.set(image.data.subarray(start, start + width * CHANNELS), row * width * CHANNELS);
  }
  return { width, height, data };
}
