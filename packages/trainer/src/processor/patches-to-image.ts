import { at } from '@vtriune/format/at';
import { TrainerError } from '../errors.ts';
import { normalizationTables, patchCorners, type ImagePatches } from './image-to-patches.ts';
import type { ProcessorConfig } from './processor-config.ts';
import type { RgbImage } from './rgb-image.ts';

/**
 * The pixels that patches were cut from: the image as the model sees it, to the byte. A rollout server that gets these does not resize them, so that
 * server and trainer look at the same picture.
 */
export function patchesToImage({ patches, grid }: ImagePatches, config: ProcessorConfig): RgbImage {
  const { patchSize, temporalPatchSize, mergeSize } = config;
  const [, rows, columns] = grid;
  const image = { width: columns * patchSize, height: rows * patchSize };
  const data = new Uint8Array(image.width * image.height * 3);
  const bytesOf = normalizationTables(config).map((table) => new Map([...table].map((value, byte): [number, number] => [value, byte])));
  const frame = patchSize * patchSize;
  let from = 0;
  for (const corner of patchCorners({ ...image, data }, { patchSize, mergeSize })) {
    for (const [channel, bytes] of bytesOf.entries()) {
      for (let pixel = 0; pixel < frame; pixel++) {
        const place = corner + Math.floor(pixel / patchSize) * image.width + (pixel % patchSize);
        data[place * 3 + channel] = byteOf(bytes, at(patches, from + pixel));
      }
      from += temporalPatchSize * frame;
    }
  }
  return { ...image, data };
}

function byteOf(bytes: ReadonlyMap<number, number>, value: number): number {
  const byte = bytes.get(value);
  if (byte !== undefined) return byte;
  throw new TrainerError(
    'invalid_image',
    `A patch holds ${String(value)}, which is no pixel under this processor: cut the image with the processor of the same model folder.`,
  );
}
