import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { decodeImage } from './decode-image.ts';

const fixtures = fileURLToPath(new URL('../../test/fixtures/processor/', import.meta.url));
const golden: { decoded: { image: string; width: number; height: number; offset: number }[] } = JSON.parse(
  readFileSync(`${fixtures}goldens.json`, 'utf8'),
);
const expected = readFileSync(`${fixtures}decoded.bin`);

describe('decodeImage', () => {
  it.each(golden.decoded)('is equal to convert_to_rgb in every byte: $image', async ({ image, width, height, offset }) => {
    const decoded = await decodeImage(`${fixtures}images/${image}`);
    expect(decoded).toMatchObject({ width, height });
    expect(Buffer.compare(decoded.data, expected.subarray(offset, offset + width * height * 3))).toBe(0);
  });

  it('reads bytes as it reads files', async () => {
    const path = `${fixtures}images/tiny.png`;
    expect(await decodeImage(readFileSync(path))).toEqual(await decodeImage(path));
  });

  it('names what it cannot decode', async () => {
    await expect(decodeImage(new Uint8Array([1, 2, 3]))).rejects.toThrow(/an image of 3 bytes could not be decoded/);
    await expect(decodeImage('/no/such/file.png')).rejects.toThrow(/"\/no\/such\/file\.png"/);
    await expect(decodeImage(readFileSync(`${fixtures}images/exact.png`).subarray(0, 5000))).rejects.toThrow(/could not be decoded/);
  });
  it('refuses formats that are not on the list, and says which it is', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>');
    await expect(decodeImage(svg)).rejects.toThrow(/is of the format svg; convert it to PNG/);
    const avif = await sharp(`${fixtures}images/tiny.png`).avif().toBuffer();
    await expect(decodeImage(avif)).rejects.toThrow(/is of the format heif/);
  });

  it('refuses a decompression bomb by its header', async () => {
    const bomb = readFileSync(`${fixtures}images/tiny.png`);
    bomb.writeUInt32BE(16_000, 16);
    bomb.writeUInt32BE(16_000, 20);
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29);
    await expect(decodeImage(bomb)).rejects.toThrow(/would decode to 16000x16000 pixels; at most 178956970/);
  });

  it('decodes large images one after another, also after one that is damaged', async () => {
    const image = await sharp({ create: { width: 4100, height: 4100, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const images = [image, image.subarray(0, image.length / 2), image, image];
    const sharpMethods = Object.getPrototypeOf(sharp(image)) as Sharp;
    const toBuffer: (options: { resolveWithObject: true }) => ReturnType<Sharp['toBuffer']> = sharpMethods.toBuffer;
    let now = 0;
    let most = 0;
    const spy = vi.spyOn(sharpMethods, 'toBuffer').mockImplementation(async function (this: Sharp) {
      most = Math.max(most, ++now);
      return toBuffer.call(this, { resolveWithObject: true }).finally(() => now--);
    });
    const decoded = await Promise.allSettled(images.map((bytes) => decodeImage(bytes)));
    spy.mockRestore();
    expect(most).toBe(1);
    expect(decoded.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });
});
