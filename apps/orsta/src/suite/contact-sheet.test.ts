import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderContactSheet } from './contact-sheet.ts';
import { scenesOf } from './test-scenes.ts';

describe('renderContactSheet', () => {
  it('shows each scene at double size with its boxes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contact-sheet-'));
    try {
      const scenes = [...(await scenesOf('puzzle', 2)), ...(await scenesOf('detection', 1))];
      const path = join(folder, 'sheet.png');
      await renderContactSheet(scenes, path, { columns: 2 });
      const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const pitch = info.height / 2;
      expect(info.width).toBe(2 * 208);
      expect(pitch).toBeGreaterThan(192 + 3 * 14);
      const pixel = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
      const [first] = scenes;
      const at = (50 * 96 + 50) * 3;
      expect(pixel(8 + 100, 8 + 100)).toEqual([...(first?.pixels.subarray(at, at + 3) ?? [])]);
      const box = scenes[2]?.questions[0]?.boxes?.[0]?.box ?? [0, 0, 0, 0];
      const [red = 0, green = 255] = pixel(8 + box[0] * 2, pitch + 8 + box[1] + box[3]);
      expect(red - green).toBeGreaterThan(60);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
