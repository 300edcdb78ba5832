import { preparePrompt, TrainerError, type Processor, type SampleSource } from '@vtriune/trainer';
import { OrstaError } from '../errors.ts';

/**
 * The error of a step with the sample that caused it. The trainer knows pixels and tokens, not samples, so the samples of the step are
 * prepared once more, until one fails in the same way; every other error comes back as it is.
 */
export async function nameSample(
  cause: unknown,
  step: { processor: Processor; samples: SampleSource; from: number; count: number },
): Promise<unknown> {
  if (!(cause instanceof TrainerError)) return cause;
  for (let position = step.from; position < step.from + step.count; position++) {
    const item = await step.samples.at(position).catch(() => undefined);
    if (item === undefined) continue;
    try {
      preparePrompt(step.processor, item);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== cause.message) continue;
      const { id } = item.sample.extra_info;
      return new OrstaError('invalid_data', `Sample ${id} of ${item.sample.data_source}: ${cause.message}`, { cause });
    }
  }
  return cause;
}
