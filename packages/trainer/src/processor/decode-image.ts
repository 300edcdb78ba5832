import sharp from 'sharp';
import { TrainerError } from '../errors.ts';
import type { RgbImage } from './rgb-image.ts';

const WHITE = 255;

/**
 * Reads an encoded picture (PNG, JPEG, WebP, GIF, TIFF) from a file's path or its bytes.
 * Transparency is laid over white, as `convert_to_rgb` of Hugging Face transformers 5 does. Like Pillow, it applies neither the
 * EXIF orientation (boxes are annotated on the stored pixels) nor a color profile. Of an animation, the first frame is taken.
 * PNG, JPEG, WebP, GIF and TIFF of 8-bit gray or RGB are equal to Pillow's in every byte; CMYK and 16-bit pictures are not (16 bits are
 * scaled to 8, where Pillow cuts them off). Throws `invalid_image` for what cannot be read.
 */
export async function decodeImage(pathOrBytes: string | Uint8Array): Promise<RgbImage> {
  try {
    const picture = sharp(pathOrBytes, { ignoreIcc: true, failOn: 'error' });
    const { data, info } = await picture.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: layOverWhite(data) };
  } catch (error) {
    const source = typeof pathOrBytes === 'string' ? `the image file "${pathOrBytes}"` : `an image of ${pathOrBytes.length} bytes`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError('invalid_image', `${source} could not be decoded (${reason}); give a whole PNG, JPEG, WebP, GIF or TIFF`, {
      cause: error,
    });
  }
}

/** RGBA to RGB with Pillow's integer rounding of `alpha_composite` over opaque white. */
function layOverWhite(rgba: Uint8Array): Uint8Array {
  const pixels = rgba.length / 4;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = rgba[pixel * 4 + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const value = rgba[pixel * 4 + channel]!;
      rgb[pixel * 3 + channel] = alpha === WHITE ? value : blend(value, alpha);
    }
  }
  return rgb;
}

function blend(value: number, alpha: number): number {
  const sum = (value * alpha + WHITE * (WHITE - alpha) + 0x80) << 7;
  return ((sum >> 8) + sum) >> 15;
}
