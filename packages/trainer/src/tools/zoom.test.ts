import sharp from 'sharp';
import type { Sample } from '@vtriune/format';
import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../processor/rgb-image.ts';
import { createToolbox } from './toolbox.ts';
import type { ToolResult } from './tool.ts';

const SIDE = 384;
const image: RgbImage = {
  width: SIDE,
  height: SIDE / 2,
  data: Uint8Array.from({ length: (SIDE * SIDE * 3) / 2 }, (_, index) => (index * 7 + Math.floor(index / 1000)) % 256),
};
const sample: Sample = {
  data_source: 'photos',
  images: [],
  prompt: [{ role: 'user', content: '<image>\nRead.' }],
  ability: 'test',
  reward_model: { ground_truth: '', verifier: 'none' },
  extra_info: { id: '1' },
};
// The model sees 96 x 48 pixels of 384 x 192.
const context = { sample, images: [{ image, resizedWidth: 96, resizedHeight: 48 }], imageFactor: 16 };

async function zoomTo(call: unknown, settings: Record<string, unknown> = {}): Promise<ToolResult> {
  const toolbox = createToolbox([{ name: 'image_zoom_in_tool', pixels: 6400, ...settings }]);
  const text = `<tool_call>\n${JSON.stringify({ name: 'image_zoom_in_tool', arguments: call })}\n</tool_call>`;
  const [answer] = await toolbox.answer(text, context);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

function imageOf(result: ToolResult): RgbImage {
  if ('error' in result) throw new Error(result.error);
  const [part] = result.content;
  if (part?.type !== 'image') throw new Error('no image');
  return part.image;
}

describe('image_zoom_in_tool', () => {
  it('cuts the box out of the stored image, not out of what the model sees', async () => {
    const part = imageOf(await zoomTo({ bbox_2d: [10, 5, 30, 25] }));
    expect([part.width, part.height, part.fitted]).toEqual([80, 80, true]);
    // 80 x 80 pixels of the stored image: no pixel is lost, and none is invented.
    const expected = await sharp(image.data, { raw: { width: SIDE, height: SIDE / 2, channels: 3 } })
      .extract({ left: 40, top: 20, width: 80, height: 80 })
      .raw()
      .toBuffer();
    expect(Buffer.from(part.data).equals(expected)).toBe(true);
  });

  it.each([
    ['pixel_resized', [24, 12, 72, 36]],
    ['pixel_original', [96, 48, 288, 144]],
    ['norm_1000', [250, 250, 750, 750]],
  ])('reads boxes in %s', async (coordinates, box) => {
    const wide = imageOf(await zoomTo({ bbox_2d: box }, { coordinates }));
    const same = imageOf(await zoomTo({ bbox_2d: [96, 48, 288, 144] }, { coordinates: 'pixel_original' }));
    expect(Buffer.from(wide.data).equals(Buffer.from(same.data))).toBe(true);
  });

  it('never costs more than its pixels, whatever the shape of the box', async () => {
    for (let width = 4; width <= 96; width += 7)
      for (let height = 4; height <= 48; height += 5) {
        const result = await zoomTo({ bbox_2d: [0, 0, width, height] });
        if ('error' in result) continue;
        const part = imageOf(result);
        expect(part.width * part.height).toBeLessThanOrEqual(6400);
        expect([part.width % 16, part.height % 16]).toEqual([0, 0]);
      }
  });

  it('cuts a box at the edge of the image', async () => {
    const over = imageOf(await zoomTo({ bbox_2d: [80, 30, 120, 99] }));
    const inside = imageOf(await zoomTo({ bbox_2d: [80, 30, 96, 48] }));
    expect(Buffer.from(over.data).equals(Buffer.from(inside.data))).toBe(true);
  });

  it.each([
    [{ bbox_2d: [30, 5, 10, 25] }, 'The box [30, 5, 10, 25] has no area: x1 must be less than x2, and y1 less than y2.'],
    [{ bbox_2d: [10, 5, 10, 25] }, 'The box [10, 5, 10, 25] has no area: x1 must be less than x2, and y1 less than y2.'],
    [{ bbox_2d: [100, 5, 120, 25] }, 'The box [100, 5, 120, 25] is outside of the image, which reaches from 0, 0 to 96, 48.'],
    [{ bbox_2d: [-9, -9, -1, -1] }, 'The box [-9, -9, -1, -1] is outside of the image, which reaches from 0, 0 to 96, 48.'],
    [{ bbox_2d: [10, 5, 11, 25] }, 'The box [10, 5, 11, 25] is too small: it has 4x80 pixels, and each side needs 8.'],
    [{ bbox_2d: [0, 0, 96, 2] }, 'The box [0, 0, 96, 2] is too narrow: choose one that is more like a square.'],
    [{ bbox_2d: [1, 2, 3, 4], img_idx: 1 }, 'There is no image 1; there are 1, counted from 0.'],
    [{ bbox_2d: [1, 2, 3] }, 'arguments/bbox_2d must NOT have fewer than 4 items.'],
    [{ bbox_2d: ['a', 2, 3, 4] }, 'arguments/bbox_2d/0 must be number.'],
    [{}, "arguments must have required property 'bbox_2d'."],
  ])('answers %j with an error that the policy can read', async (call, error) => {
    expect(await zoomTo(call)).toEqual({ error });
  });
});
