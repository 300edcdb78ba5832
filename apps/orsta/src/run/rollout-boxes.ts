import type { RolloutBox } from '@vtriune/monitor';
import { truthText, type Sample } from '@vtriune/format';
import type { Rollout } from '@vtriune/trainer';
import type { RewardResult } from '@vtriune/verifiers';
import type { ImageLoader } from '../data/image-loader.ts';
import { asksForBoxes, rewriteToAsked } from '../evaluation/lenient.ts';
import { boxesOf } from '../picture/sample-cell.ts';

type Box = readonly [number, number, number, number];
interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The boxes of a rollout: what the response says and what is true. They are in pixels of the image that is `shown`, or of the stored image
 * where none is. Absent where neither has any, and for samples with several images, whose boxes do not say which one they are on.
 */
export function rolloutBoxes(
  { prompt, response }: Rollout<RewardResult>,
  { images, shown }: { images: Pick<ImageLoader, 'storedSize'>; shown?: Size | undefined },
): RolloutBox[] | undefined {
  const { sample } = prompt;
  const [size] = prompt.imageSizes;
  const [image] = sample.images;
  if (size === undefined || image === undefined || sample.images.length > 1) return undefined;
  const stored: Size = images.storedSize(image) ?? size;
  const resized: Size = { width: size.resizedWidth, height: size.resizedHeight };
  const { ground_truth, coordinate_space, verifier_parm } = sample.reward_model;
  const truthSpace = coordinate_space ?? 'pixel_original';
  const draw = (text: string, space: unknown, kind: 'predicted' | 'ground_truth'): RolloutBox[] =>
    boxesOf(text).map(({ box, ...label }) => ({
      bbox_2d: scaleBox(box, sizeOf(space, { stored, resized }), shown ?? stored),
      ...label,
      kind,
    }));
  const boxes = [
    ...draw(truthText(ground_truth), truthSpace, 'ground_truth'),
    // Read as evaluation reads it: boxes in other notations are boxes too.
    ...draw(inJson(sample, response), verifier_parm?.['response_space'] ?? verifier_parm?.['coordinate_space'] ?? truthSpace, 'predicted'),
  ];
  return boxes.length === 0 ? undefined : boxes;
}

/** A response with its boxes in JSON, in whichever notation it has them. */
function inJson(sample: Sample, response: string): string {
  if (!asksForBoxes(sample) || boxesOf(response).length > 0) return response;
  return rewriteToAsked(sample, response) ?? response;
}

function scaleBox([x1, y1, x2, y2]: Box, from: Size, to: Size): number[] {
  const x = to.width / from.width;
  const y = to.height / from.height;
  return [x1 * x, y1 * y, x2 * x, y2 * y];
}

/** Width and height of an image in the units of a coordinate space. */
function sizeOf(space: unknown, { stored, resized }: { stored: Size; resized: Size }): Size {
  if (space === 'pixel_resized') return resized;
  if (space === 'norm_1000') return { width: 1000, height: 1000 };
  if (space === 'norm_1') return { width: 1, height: 1 };
  return stored;
}
