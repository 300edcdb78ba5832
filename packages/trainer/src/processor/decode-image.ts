// Encoded pictures to RGB pixels, by sharp, with Pillow's result. Left out: what Pillow does not apply either, the EXIF orientation and color
// profiles, and the formats that no data set of the field uses.
import pLimit from 'p-limit';
import sharp, { type Metadata } from 'sharp';
import { TrainerError } from '../errors.ts';
import type { RgbImage } from './rgb-image.ts';

const WHITE = 255;
const FORMATS: readonly string[] = ['png', 'jpeg', 'webp', 'gif', 'tiff'];
/** Where Pillow, too, takes an image for a decompression bomb: 537 MB once decoded. */
const MOST_PIXELS = 178_956_970;
/** Larger images are decoded one after another: several of them at once, as of one prompt, would take gigabytes. */
const LARGE_PIXELS = 16_000_000;
const oneAtATime = pLimit(1);

/**
 * Reads an encoded picture (PNG, JPEG, WebP, GIF, TIFF) from a file's path or its bytes.
 * Transparency is laid over white, as `convert_to_rgb` of Hugging Face transformers 5 does. Like Pillow, it applies neither the
 * EXIF orientation (boxes are annotated on the stored pixels) nor a color profile. Of an animation, the first frame is taken.
 * PNG, JPEG, WebP, GIF and TIFF of 8-bit gray or RGB are equal to Pillow's in every byte; CMYK and 16-bit pictures are not (16 bits are
 * scaled to 8, where Pillow cuts them off). Throws `invalid_image` for what cannot be read, for any other format (SVG among them), and,
 * before decoding, for more than 178,956,970 pixels.
 */
export async function decodeImage(pathOrBytes: string | Uint8Array): Promise<RgbImage> {
  const source = typeof pathOrBytes === 'string' ? `the image file "${pathOrBytes}"` : `an image of ${pathOrBytes.length} bytes`;
  try {
    const picture = sharp(pathOrBytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: false });
    const header = await picture.metadata();
    checkHeader(source, header);
    const decode = () => picture.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { data, info } = await (header.width * header.height > LARGE_PIXELS ? oneAtATime(decode) : decode());
    const { width, height, channels } = info;
    return { width, height, data: channels === 3 ? new Uint8Array(data.buffer, data.byteOffset, data.length) : layOverWhite(data) };
  } catch (error) {
    if (error instanceof TrainerError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError('invalid_image', `${source} could not be decoded (${reason}); give a whole PNG, JPEG, WebP, GIF or TIFF`, {
      cause: error,
    });
  }
}

function checkHeader(source: string, { format, width, height }: Metadata): void {
  if (!FORMATS.includes(format)) {
    throw new TrainerError('invalid_image', `${source} is of the format ${format}; convert it to PNG, JPEG, WebP, GIF or TIFF`);
  }
  if (width * height > MOST_PIXELS) {
    throw new TrainerError(
      'invalid_image',
      `${source} would decode to ${width}x${height} pixels; at most ${MOST_PIXELS} are allowed: scale it down first`,
    );
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
