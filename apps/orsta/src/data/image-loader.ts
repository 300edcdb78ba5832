import { dirname, resolve } from 'node:path';
import type { SampleImage } from '@vtriune/format';
import { decodeImage, readImage, type FittedImage, type ProcessorConfig, type RgbImage } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';

/** Width and height in pixels. */
export interface ImageDimensions {
  readonly width: number;
  readonly height: number;
}

/** Reads the images of samples and remembers how large they were before they were resized. */
export interface ImageLoader {
  /** The image as the model is to get it; `file` is the data file that paths are relative to. Throws `invalid_data`, or the trainer's `invalid_image`. */
  load(image: SampleImage, file: string): Promise<RgbImage>;
  /** The stored size of an image that was loaded before. */
  storedSize(image: SampleImage): ImageDimensions | undefined;
}

const CACHE_BYTES = 256 * 2 ** 20;

/**
 * A loader that keeps the newest 256 MB of images. With a processor's configuration each is resized once, to the size at which the model sees
 * it; without one it keeps its size.
 */
export function createImageLoader(options: { processor?: ProcessorConfig; cacheBytes?: number } = {}): ImageLoader {
  const { processor, cacheBytes = CACHE_BYTES } = options;
  const cache = new Map<string, FittedImage>();
  const sizes = new WeakMap<SampleImage, ImageDimensions>();
  let held = 0;

  const keep = (key: string, entry: FittedImage): void => {
    if (cache.has(key)) return;
    cache.set(key, entry);
    held += entry.image.data.length;
    for (const [oldest, { image }] of cache) {
      if (held <= cacheBytes) return;
      cache.delete(oldest);
      held -= image.data.length;
    }
  };

  const readFile = async (path: string): Promise<FittedImage> => {
    const cached = cache.get(path);
    if (cached !== undefined) return cached;
    const entry = await fitted(path, processor);
    keep(path, entry);
    return entry;
  };

  return {
    storedSize: (image) => sizes.get(image),
    load: async (image, file) => {
      const { image: loaded, stored } = await (image.bytes === undefined ? readFile(pathOf(image, file)) : fitted(image.bytes, processor));
      sizes.set(image, stored);
      return loaded;
    },
  };
}

function pathOf(image: SampleImage, file: string): string {
  if (image.path !== undefined) return resolve(dirname(file), image.path);
  throw new OrstaError('invalid_data', `A sample of ${file} has an image without bytes and path; give one of them.`);
}

async function fitted(source: string | Uint8Array, processor: ProcessorConfig | undefined): Promise<FittedImage> {
  if (processor !== undefined) return readImage(source, processor);
  const image = await decodeImage(source);
  return { image, stored: { width: image.width, height: image.height } };
}
