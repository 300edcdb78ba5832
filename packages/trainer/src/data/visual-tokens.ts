import * as tf from '@tensorflow/tfjs-core';
import { encodeImages, patchTensor, type Model } from '../models/qwen2-5-vl/model.ts';
import { concatenate } from './collate.ts';
import type { ImageInput } from './packed-row.ts';

/**
 * Visual tokens `[M, C]` of all images in order: those that a frozen tower has computed before, or the tower's now; absent where there is
 * no image.
 */
export function visualTokens(model: Model, images: readonly ImageInput[]): tf.Tensor2D | undefined {
  const encoded = images.flatMap((image) => (image.encoded === undefined ? [] : [image.encoded]));
  if (encoded.length < images.length || encoded.length === 0) return encodePatches(model, images);
  const joined = concatenate(encoded);
  const width = model.config.text.hiddenSize;
  return tf.tensor2d(joined, [joined.length / width, width]);
}

/** Visual tokens `[M, C]` of all images by the tower as it is; absent where there is no image. */
export function encodePatches(model: Model, images: readonly ImageInput[]): tf.Tensor2D | undefined {
  if (images.length === 0) return undefined;
  return tf.tidy(() =>
    encodeImages(
      model,
      patchTensor(model, concatenate(images.map(({ patches }) => patches))),
      images.map(({ grid }) => grid),
    ),
  );
}

/** The same images with their visual tokens, for passes that come before the tower changes. */
export function withVisualTokens(model: Model, images: readonly ImageInput[]): ImageInput[] {
  const tokens = encodePatches(model, images);
  if (tokens === undefined) return [];
  const [, width] = tokens.shape;
  const values = tokens.dataSync<'float32'>();
  tokens.dispose();
  const patchesPerToken = model.config.vision.spatialMergeSize ** 2;
  let start = 0;
  return images.map((image) => {
    const [frames, rows, columns] = image.grid;
    const size = ((frames * rows * columns) / patchesPerToken) * width;
    return { ...image, encoded: values.slice(start, (start += size)) };
  });
}
