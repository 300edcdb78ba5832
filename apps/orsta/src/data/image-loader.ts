import { dirname, resolve } from 'node:path';
import type { SampleImage } from '@vtriune/format';
import { decodeImage, type RgbImage } from '@vtriune/trainer';
import sharp from 'sharp';
import { OrstaError } from '../errors.ts';

/** Width and height in pixels. */
export interface ImageDimensions {
  readonly width: number;
  readonly height: number;
}

/** Decodes the images of samples and remembers how large they were before they were scaled down. */
export interface ImageLoader {
  /** The image as the model is to get it; `file` is the data file that paths are relative to. Throws `invalid_data`, or the trainer's `invalid_image`. */
  load(image: SampleImage, file: string): Promise<RgbImage>;
  /** The stored size of an image that was loaded before. */
  storedSize(image: SampleImage): ImageDimensions | undefined;
}

const CACHE_BYTES = 256 * 2 ** 20;

/** A loader that keeps the newest 256 MB of decoded images; larger images than `maxPixels` are scaled down. */
export function createImageLoader(options: { maxPixels?: number; cacheBytes?: number } = {}): ImageLoader {
  const { maxPixels = Infinity, cacheBytes = CACHE_BYTES } = options;
  const cache = new Map<string, RgbImage>();
  const sizes = new WeakMap<SampleImage, ImageDimensions>();
  const storedSizes = new Map<string, ImageDimensions>();
  let held = 0;

  const keep = (key: string, image: RgbImage): void => {
    cache.set(key, image);
    held += image.data.length;
    for (const [oldest, { data }] of cache) {
      if (held <= cacheBytes) return;
      cache.delete(oldest);
      held -= data.length;
    }
  };

  const read = async (source: string | Uint8Array): Promise<{ image: RgbImage; stored: ImageDimensions }> => {
    const stored = await decodeImage(source);
    return { image: await capArea(stored, maxPixels), stored: { width: stored.width, height: stored.height } };
  };

  return {
    storedSize: (image) => sizes.get(image),
    load: async (image, file) => {
      if (image.bytes !== undefined) {
        const { image: decoded, stored } = await read(image.bytes);
        sizes.set(image, stored);
        return decoded;
      }
      if (image.path === undefined)
        throw new OrstaError('invalid_data', `A sample of ${file} has an image without bytes and path; give one of them.`);
      const path = resolve(dirname(file), image.path);
      const cached = cache.get(path);
      const decoded = cached ?? (await read(path));
      if ('stored' in decoded) {
        storedSizes.set(path, decoded.stored);
        if (!cache.has(path)) keep(path, decoded.image);
      }
      const size = storedSizes.get(path);
      if (size !== undefined) sizes.set(image, size);
      return 'stored' in decoded ? decoded.image : decoded;
    },
  };
}

async function capArea(image: RgbImage, maxPixels: number): Promise<RgbImage> {
  const area = image.width * image.height;
  if (area <= maxPixels) return image;
  const scale = Math.sqrt(maxPixels / area);
  const width = Math.max(1, Math.floor(image.width * scale));
  const height = Math.max(1, Math.floor(image.height * scale));
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const data = await sharp(image.data, { raw }).resize(width, height, { fit: 'fill' }).raw().toBuffer();
  return { width, height, data: new Uint8Array(data) };
}
