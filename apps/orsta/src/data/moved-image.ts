import { dirname, relative, resolve, sep } from 'node:path';
import type { SampleImage } from '@vtriune/format';

/** An image whose path, relative to the data file it came from, is made relative to the data file it goes to. Bytes stay as they are. */
export function movedImage(image: SampleImage, { file, out }: { file: string; out: string }): SampleImage {
  if (image.bytes !== undefined || image.path === undefined) return image;
  const path = relative(dirname(out), resolve(dirname(file), image.path));
  return { path: path.split(sep).join('/') };
}
