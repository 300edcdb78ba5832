import { describe, expect, it } from 'vitest';
import { SPRITE_CLASSES, loadAssets } from './assets.ts';

describe('loadAssets', () => {
  it('has whole MNIST, ten classes of digits a split', async () => {
    const { digits } = await loadAssets();
    expect(digits.train.pixels.length).toBe(60_000 * 784);
    expect(digits.test.pixels.length).toBe(10_000 * 784);
    for (const { indices } of Object.values(digits)) expect(indices.every((images) => images.length > 400)).toBe(true);
  });

  it('has a trimmed, visible sprite for each class', async () => {
    const { sprites } = await loadAssets();
    expect(sprites.size).toBe(SPRITE_CLASSES.length);
    for (const { width, height, pixels } of sprites.values()) {
      expect(Math.max(width, height)).toBeGreaterThan(48);
      const visible = (x: number, y: number): boolean => (pixels[(y * width + x) * 4 + 3] ?? 0) >= 64;
      const row = (y: number): boolean => Array.from({ length: width }, (_, x) => visible(x, y)).some(Boolean);
      const column = (x: number): boolean => Array.from({ length: height }, (_, y) => visible(x, y)).some(Boolean);
      expect([row(0), row(height - 1), column(0), column(width - 1)]).toEqual([true, true, true, true]);
    }
  });
});
