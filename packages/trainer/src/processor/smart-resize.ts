import { TrainerError } from '../errors.ts';

/** What `smartResize` is given: the image's size, and what the model allows, all in pixels. */
export interface SmartResizeOptions {
  readonly height: number;
  readonly width: number;
  /** Both sides of the result are multiples of this (patch size times merge size). */
  readonly factor: number;
  readonly minPixels: number;
  readonly maxPixels: number;
}

const LARGEST_ASPECT_RATIO = 200;

/**
 * The size an image is brought to before it is cut into patches: both sides multiples of `factor`, the area within
 * [`minPixels`, `maxPixels`], the aspect ratio kept as nearly as possible.
 * The same numbers as Qwen's Python `smart_resize`, which rounds halves to even.
 * Throws `invalid_image` for an aspect ratio above 200 and for a side that would become 0.
 */
export function smartResize(options: SmartResizeOptions): { height: number; width: number } {
  checkImageSize(options);
  const { height, width, factor, minPixels, maxPixels } = options;
  const rounded = { height: roundHalfToEven(height / factor) * factor, width: roundHalfToEven(width / factor) * factor };
  if (rounded.height * rounded.width > maxPixels) {
    const shrink = Math.sqrt((height * width) / maxPixels);
    return {
      height: Math.max(factor, Math.floor(height / shrink / factor) * factor),
      width: Math.max(factor, Math.floor(width / shrink / factor) * factor),
    };
  }
  if (rounded.height * rounded.width < minPixels) {
    const grow = Math.sqrt(minPixels / (height * width));
    return { height: Math.ceil((height * grow) / factor) * factor, width: Math.ceil((width * grow) / factor) * factor };
  }
  if (rounded.height === 0 || rounded.width === 0) {
    throw new TrainerError(
      'invalid_image',
      `an image of ${width}x${height} pixels has a side that rounds to 0 multiples of ${factor}; ` +
        `the processor's min_pixels (${minPixels}) lets that happen: set it to at least ${factor * factor}, or use a larger image`,
    );
  }
  return rounded;
}

/** Throws `invalid_image` for an image without area, and for an aspect ratio above 200. */
export function checkImageSize({ height, width }: Pick<SmartResizeOptions, 'height' | 'width'>): void {
  if (!Number.isInteger(height) || !Number.isInteger(width) || height < 1 || width < 1) {
    throw new TrainerError(
      'invalid_image',
      `an image of ${width}x${height} pixels has no area; both sides must be whole numbers of at least 1`,
    );
  }
  const aspectRatio = Math.max(height, width) / Math.min(height, width);
  if (aspectRatio > LARGEST_ASPECT_RATIO) {
    throw new TrainerError(
      'invalid_image',
      `an image of ${width}x${height} pixels has an aspect ratio of ${aspectRatio.toFixed(1)}; ` +
        `at most ${LARGEST_ASPECT_RATIO} is allowed: crop the image or leave the sample out`,
    );
  }
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
