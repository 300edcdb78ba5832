import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RgbImage } from '@vtriune/trainer';
import sharp from 'sharp';
import { writeWhole } from './write-json.ts';

/** An image as a file. */
export interface ImageFile {
  /** Named for its pixels: the same image is the same file. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** PNG. */
  readonly encode: () => Promise<Buffer>;
}

/** An image as a file whose longer side has at most `maxSide` pixels. */
export function imageFile(image: RgbImage, maxSide: number): ImageFile {
  const scale = Math.min(1, maxSide / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  return { name: `${digestOf(image, maxSide)}.png`, width, height, encode: () => encode(image, { width, height }) };
}

/** Writes images as they are into a folder. Returns their paths relative to the folder that it is in. */
export async function writeImages(folder: string, images: readonly RgbImage[]): Promise<string[]> {
  const paths: string[] = [];
  for (const image of images) {
    const { name, encode: png } = imageFile(image, Infinity);
    const path = join(folder, name);
    if (!existsSync(path)) {
      await mkdir(dirname(path), { recursive: true });
      await writeWhole(path, await png());
    }
    paths.push(`${basename(folder)}/${name}`);
  }
  return paths;
}

function digestOf({ width, height, data }: RgbImage, maxSide: number): string {
  return createHash('sha256')
    .update(`${String(width)}x${String(height)}<=${String(maxSide)}:`)
    .update(data)
    .digest('hex')
    .slice(0, 24);
}

function encode({ width, height, data }: RgbImage, shown: { width: number; height: number }): Promise<Buffer> {
  const source = sharp(data, { raw: { width, height, channels: 3 } });
  const fitted = shown.width === width && shown.height === height ? source : source.resize(shown.width, shown.height, { fit: 'fill' });
  return fitted.png({ compressionLevel: 6 }).toBuffer();
}
