import { TrainerError } from '../errors.ts';
import { sampleName, type PreparedPrompt } from './prepare-prompt.ts';

/**
 * Runs work on a batch of prompts. Where that needs more memory than there is, the error also says which sample is the largest, how large it
 * is, and which settings make it smaller.
 */
export async function namingLargest<T>(prompts: readonly PreparedPrompt[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TrainerError) || error.code !== 'out_of_memory') throw error;
    const [largest] = [...prompts].sort((a, b) => b.tokenIds.length - a.tokenIds.length);
    if (largest === undefined) throw error;
    throw new TrainerError('out_of_memory', `${error.message} ${describe(largest)}`, { cause: error });
  }
}

function describe({ sample, tokenIds, imageSizes }: PreparedPrompt): string {
  const images = imageSizes.map(
    ({ width, height, resizedWidth, resizedHeight }) =>
      `an image of ${String(width)}x${String(height)} pixels, ${String(resizedWidth)}x${String(resizedHeight)} for the model`,
  );
  const size = [`${String(tokenIds.length)} tokens`, ...images].join(', ');
  return `The longest prompt of the batch is ${sampleName(sample)}: ${size}. Lower data.maxPixels for smaller images, trainer.promptsPerStep or evaluation.batchSize for fewer at once, or refuse such prompts before they run with trainer.maxPromptTokens.`;
}
