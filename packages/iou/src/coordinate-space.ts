// Which units the coordinates of a box are in, and the way from one to another.
// Sizes are declared by the caller and never guessed: a missing one is a RangeError that names it.
// Nothing is rounded and nothing is clipped; see `clipBox`.

import type { Box } from './box.ts';

/**
 * The units of a box: pixels of the image as stored, pixels of the image as the model saw it, thousandths of the image
 * side (0..1000), or fractions of it (0..1).
 */
export type CoordinateSpace = 'pixel_original' | 'pixel_resized' | 'norm_1000' | 'norm_1';

/** All coordinate spaces, in the order of their declaration. */
export const COORDINATE_SPACES: readonly CoordinateSpace[] = ['pixel_original', 'pixel_resized', 'norm_1000', 'norm_1'];

/** The sizes of an image in pixels: as stored and, where the processor changed it, as the model saw it. */
export interface ImageSize {
  readonly width?: number;
  readonly height?: number;
  readonly resizedWidth?: number;
  readonly resizedHeight?: number;
}

/** What `convertSpace` needs: source and target space, and the sizes those two need. */
export interface ConvertSpaceOptions {
  readonly from: CoordinateSpace;
  readonly to: CoordinateSpace;
  readonly size?: ImageSize;
}

/**
 * Converts a box from one coordinate space to another.
 * `pixel_original` needs `size.width` and `size.height`, `pixel_resized` needs `size.resizedWidth` and `size.resizedHeight`.
 * Throws a RangeError where one of them is missing or not positive, or where a space is unknown.
 */
export function convertSpace(box: Box, options: ConvertSpaceOptions): Box {
  const from = extentOf(options.from, options);
  const to = extentOf(options.to, options);
  if (options.from === options.to) return box;
  const convert = (value: number, source: number, target: number): number => (source === target ? value : (value / source) * target);
  return [
    convert(box[0], from.width, to.width),
    convert(box[1], from.height, to.height),
    convert(box[2], from.width, to.width),
    convert(box[3], from.height, to.height),
  ];
}

/** The width and height of the whole image in the units of a space. */
function extentOf(space: CoordinateSpace, options: ConvertSpaceOptions): { width: number; height: number } {
  const size = options.size ?? {};
  if (space === 'norm_1') return { width: 1, height: 1 };
  if (space === 'norm_1000') return { width: 1000, height: 1000 };
  // A conversion to the same space changes nothing and so needs no size.
  if (options.from === options.to && COORDINATE_SPACES.includes(space)) return { width: 1, height: 1 };
  if (space === 'pixel_original') {
    return { width: requireSize(size.width, 'width', space), height: requireSize(size.height, 'height', space) };
  }
  if (space === 'pixel_resized') {
    return {
      width: requireSize(size.resizedWidth, 'resizedWidth', space),
      height: requireSize(size.resizedHeight, 'resizedHeight', space),
    };
  }
  throw new RangeError(`Unknown coordinate space ${JSON.stringify(space)}. Allowed: ${COORDINATE_SPACES.join(', ')}. Declare one of them.`);
}

function requireSize(value: number | undefined, name: string, space: CoordinateSpace): number {
  if (value !== undefined && Number.isFinite(value) && value > 0) return value;
  throw new RangeError(
    `Cannot convert a box from or to ${space}: size.${name} is ${value}. It must be a positive number of pixels. Pass the size of the image in \`size\`.`,
  );
}
