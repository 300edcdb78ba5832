import type { Sample } from '@vtriune/format';
import { TrainerError } from '../errors.ts';
import type { GridThw } from '../models/qwen2-5-vl/rope-index.ts';
import type { ProcessedSize, Processor } from '../processor/processor.ts';
import type { RgbImage } from '../processor/rgb-image.ts';
import type { ImageInput } from './packed-row.ts';

/** A sample with its images decoded. */
export interface TrainingItem {
  sample: Sample;
  images: readonly RgbImage[];
}

/**
 * Where samples come from. `at` is a pure function of the index, so that the position in the data is one number and a resumed run goes on
 * with exactly the sample that comes next.
 */
export interface SampleSource {
  at(index: number): Promise<TrainingItem>;
}

/** A sample ready for the model. */
export interface PreparedPrompt {
  sample: Sample;
  tokenIds: readonly number[];
  images: readonly ImageInput[];
  imageSizes: readonly ProcessedSize[];
  /** The images as the sample gave them. */
  pictures: readonly RgbImage[];
}

/**
 * Renders, tokenizes and cuts one sample. Throws, with the sample named, `invalid_image` where marks and images differ or an image has no
 * allowed size, and `out_of_memory` where the prompt is longer than `maxTokens`.
 */
export function preparePrompt(processor: Processor, item: TrainingItem, maxTokens = Infinity): PreparedPrompt {
  const processed = named(item.sample, () =>
    processor.process({ messages: item.sample.prompt, images: item.images, addGenerationPrompt: true }),
  );
  const { length } = processed.tokenIds;
  if (length > maxTokens) {
    throw new TrainerError(
      'out_of_memory',
      `${sampleName(item.sample)}: the prompt has ${String(length)} tokens, maxPromptTokens allows ${String(maxTokens)}. Shorten it, lower maxPixels for smaller images, or raise maxPromptTokens.`,
    );
  }
  return {
    sample: item.sample,
    tokenIds: processed.tokenIds,
    images: splitPatches(processed.patches, processed.grids),
    imageSizes: processed.imageSizes,
    pictures: item.images,
  };
}

/** Runs what may fail on one sample; its error says on which. */
function named<T>(sample: Sample, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TrainerError)) throw error;
    throw new TrainerError(error.code, `${sampleName(sample)}: ${error.message}`, { cause: error });
  }
}

/** A sample as errors call it. */
export function sampleName(sample: Sample): string {
  const id = sample.extra_info?.id;
  return id === undefined ? `a sample of ${sample.data_source}` : `sample ${JSON.stringify(id)} of ${sample.data_source}`;
}

/** Cuts the joined patches of several images into one array for each. */
export function splitPatches(patches: Float32Array, grids: readonly GridThw[]): ImageInput[] {
  const counts = grids.map((grid) => grid[0] * grid[1] * grid[2]);
  const width = patches.length / counts.reduce((sum, count) => sum + count, 0);
  let at = 0;
  return grids.map((grid, i) => ({ grid, patches: patches.subarray(at, (at += counts[i]! * width)) }));
}
