import type { Sample } from '@vtriune/format';
import type { ImageSize } from '@vtriune/verifiers';

/** Tools round outwards, so that a side may lie a pixel outside. */
const SLACK = 1;

/**
 * What is wrong with the first box of a sample that is not inside its image, in words; undefined where all are, or where the sample does not
 * declare the space of its boxes or has not exactly one image.
 */
export function boxOutside(sample: Sample, images: readonly ImageSize[]): string | undefined {
  const { ground_truth, coordinate_space } = sample.reward_model;
  const [image, ...others] = images;
  if (image === undefined || others.length > 0) return undefined;
  const extents = { pixel_original: [image.width, image.height], norm_1000: [1000, 1000], norm_1: [1, 1] };
  if (coordinate_space === undefined || coordinate_space === 'pixel_resized') return undefined;
  const [width, height] = extents[coordinate_space] as [number, number];
  const slack = coordinate_space === 'norm_1' ? SLACK / 1000 : SLACK;
  const outside = boxesOf(ground_truth).find(
    ([x1, y1, x2, y2]) => !(x1 >= -slack && y1 >= -slack && x2 <= width + slack && y2 <= height + slack && x1 < x2 && y1 < y2),
  );
  if (outside === undefined) return undefined;
  const limits = `x1 < x2 <= ${String(width)}, y1 < y2 <= ${String(height)} in ${coordinate_space}`;
  return `the box [${outside.join(', ')}] of its ground truth is not inside the image; allowed: ${limits}; correct the box or the space`;
}

type Corners = readonly [number, number, number, number];

function boxesOf(truth: unknown): Corners[] {
  const value = typeof truth === 'string' ? parsed(truth) : truth;
  if (isCorners(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(boxesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (/^(bbox|box|bbox_2d)$/.test(key) ? boxesOf(member) : []));
}

function isCorners(value: unknown): value is Corners {
  return Array.isArray(value) && value.length === 4 && value.every((side) => typeof side === 'number');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A truth in words has no boxes.
    return undefined;
  }
}
