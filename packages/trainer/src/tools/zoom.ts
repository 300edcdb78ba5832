// The tool of models that look twice: a box of the stored image, enlarged. Its name and arguments are those that models of Qwen and DeepEyes know.
// Left out: zooming into what was zoomed into, rotation, and a margin around the box.
import { withDefault } from '@vtriune/format/settings';
import { Type, type Static } from 'typebox';
import { cropImage } from '../processor/crop-image.ts';
import { resizeBicubic } from '../processor/resize-bicubic.ts';
import { defineTool, type ToolContext, type ToolImage, type ToolResult } from './tool.ts';

type Box = readonly [x1: number, y1: number, x2: number, y2: number];

const settings = Type.Object(
  {
    pixels: withDefault(
      Type.Integer({ minimum: 1, description: 'Area of the enlarged part in pixels; it is what the part costs in visual tokens.' }),
      200_704,
    ),
    coordinates: withDefault(
      Type.Enum(['pixel_resized', 'pixel_original', 'norm_1000'], {
        description:
          'What the numbers of a box are: pixels of the image as the model sees it (Qwen2.5-VL), pixels of the image as stored, or thousandths of its sides (Qwen3-VL).',
      }),
      'pixel_resized',
    ),
    minSide: withDefault(Type.Integer({ minimum: 1, description: 'Shortest side of a part, in pixels of the stored image.' }), 8),
  },
  { additionalProperties: false },
);

const parameters = Type.Object({
  bbox_2d: Type.Array(Type.Number(), {
    minItems: 4,
    maxItems: 4,
    description: 'The box to look at, as [x1, y1, x2, y2]: its top left and its bottom right corner.',
  }),
  label: Type.Optional(Type.String({ description: 'What is in the box.' })),
  img_idx: Type.Optional(Type.Integer({ minimum: 0, description: 'Which image, counted from 0; the first where left out.' })),
});

/**
 * Crops a box out of an image of the prompt, at the resolution in which the image is stored, and returns it enlarged or reduced to `pixels`. Name
 * and arguments are those of `image_zoom_in_tool` in verl, DeepEyes and Qwen's examples. A box that reaches over the edge is cut there.
 */
export const zoom = defineTool({
  name: 'image_zoom_in_tool',
  description: 'Zooms in on a part of an image: crops the box and returns it enlarged.',
  settings,
  parameters,
  run: ({ bbox_2d: given, img_idx: index = 0 }, context) => {
    const shown = context.images[index];
    if (shown === undefined)
      return { error: `There is no image ${String(index)}; there are ${String(context.images.length)}, counted from 0.` };
    return zoomInto(shown, given as unknown as Box, context);
  },
});

function zoomInto(shown: ToolImage, given: Box, { settings: { pixels, coordinates, minSide }, imageFactor }: Context): ToolResult {
  const { image } = shown;
  const [x1, y1, x2, y2] = given;
  const named = `The box [${given.join(', ')}]`;
  if (x2 <= x1 || y2 <= y1) return { error: `${named} has no area: x1 must be less than x2, and y1 less than y2.` };
  const unit = unitsOf(shown, coordinates);
  const [scaleX, scaleY] = [image.width / unit.width, image.height / unit.height];
  const left = clamp(Math.floor(x1 * scaleX), image.width);
  const top = clamp(Math.floor(y1 * scaleY), image.height);
  const right = clamp(Math.ceil(x2 * scaleX), image.width);
  const bottom = clamp(Math.ceil(y2 * scaleY), image.height);
  const [width, height] = [right - left, bottom - top];
  if (width < 1 || height < 1)
    return { error: `${named} is outside of the image, which reaches from 0, 0 to ${String(unit.width)}, ${String(unit.height)}.` };
  if (width < minSide || height < minSide)
    return { error: `${named} is too small: it has ${String(width)}x${String(height)} pixels, and each side needs ${String(minSide)}.` };
  const scale = Math.sqrt(pixels / (width * height));
  const fit = (side: number): number => Math.floor((side * scale) / imageFactor + 1e-9) * imageFactor;
  if (fit(width) < imageFactor || fit(height) < imageFactor)
    return { error: `${named} is too narrow: choose one that is more like a square.` };
  const part = resizeBicubic(cropImage(image, { left, top, width, height }), fit(width), fit(height));
  return { content: [{ type: 'image', image: { ...part, fitted: true } }] };
}

type Context = ToolContext<Static<typeof settings>>;

/** Width and height of an image in the units of its boxes. */
function unitsOf(shown: ToolImage, coordinates: Static<typeof settings>['coordinates']): { width: number; height: number } {
  if (coordinates === 'norm_1000') return { width: 1000, height: 1000 };
  if (coordinates === 'pixel_original') return { width: shown.image.width, height: shown.image.height };
  return { width: shown.resizedWidth, height: shown.resizedHeight };
}

function clamp(place: number, side: number): number {
  return Math.max(0, Math.min(side, place));
}
