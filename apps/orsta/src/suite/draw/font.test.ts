import { describe, expect, it } from 'vitest';
import { createCanvas } from './canvas.ts';
import { drawText, textWidth } from './font.ts';

function picture(value: string): string {
  const canvas = createCanvas(20, 9, [255, 255, 255]);
  drawText(canvas, { value, center: [10, 4.5] }, [0, 0, 0]);
  return canvas.pixels.filter((_, index) => index % 3 === 0).join();
}

describe('drawText', () => {
  it('draws ten different digits and a question mark', () => {
    expect(new Set([...'0123456789?'].map(picture)).size).toBe(11);
  });

  it('centers the text and reports its box', () => {
    expect(textWidth('10')).toBe(11);
    const canvas = createCanvas(40, 30, [255, 255, 255]);
    expect(drawText(canvas, { value: '10', center: [20, 15], scale: 2 }, [0, 0, 0])).toEqual([9, 8, 31, 22]);
  });

  it('cuts what lies beyond the edge', () => {
    const canvas = createCanvas(6, 6, [255, 255, 255]);
    drawText(canvas, { value: '88', center: [0, 0] }, [0, 0, 0]);
    expect(canvas.pixels.length).toBe(108);
    expect(canvas.pixels.some((value) => value === 0)).toBe(true);
  });
});
