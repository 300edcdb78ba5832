import { join } from 'node:path';
import sharp from 'sharp';
import { OrstaError } from '../errors.ts';
import type { LabeledImage } from './labeled-image.ts';

/** The longest side of any labeled image in terms of its shorter one. Throws `invalid_data` where one cannot be read or a box is not in it. */
export async function checkImages(folder: string, images: readonly LabeledImage[]): Promise<{ aspect: number }> {
  let aspect = 1;
  for (const labeled of images) {
    const { width, height } = await sharp(join(folder, labeled.image))
      .metadata()
      .catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new OrstaError(
          'invalid_data',
          `${labeled.place}: ${labeled.image} is no image that can be read: ${reason}. Replace the file.`,
          { cause },
        );
      });
    aspect = Math.max(aspect, width / height, height / width);
    for (const { label, box } of labeled.boxes) {
      const [x1, y1, x2, y2] = box;
      // Tools round outwards, so that a side may lie a pixel outside.
      if (x1 >= -1 && y1 >= -1 && x2 <= width + 1 && y2 <= height + 1 && x1 < x2 && y1 < y2) continue;
      throw new OrstaError(
        'invalid_data',
        `${labeled.place}: the box [${box.join(', ')}] of "${label}" does not fit ${labeled.image}, which is ${String(width)} x ${String(height)}. Boxes are x1 < x2, y1 < y2 in pixels of the file.`,
      );
    }
  }
  return { aspect };
}
