import { at } from '@vtriune/format/at';
import { IMAGE_MARK, type Sample } from '@vtriune/format';
import { TrainerError } from '../errors.ts';
import { decodeImage } from '../processor/decode-image.ts';
import type { SampleSource } from './prepare-prompt.ts';

/** A question about images, and what the reward compares a response with. */
export interface Example {
  /** Says with `<image>` where each image stands; without such marks they all come first. */
  readonly question: string;
  /** Files, by path or as their bytes. */
  readonly images?: readonly (string | Uint8Array)[];
  /** What `sample.reward_model.ground_truth` holds for the reward. */
  readonly answer: unknown;
  /** Kept apart in reports; `examples` where absent. */
  readonly source?: string;
}

/** Examples as training data, in their order and then from the beginning again. Throws `invalid_config` where there are none. */
export function exampleSource(examples: readonly Example[]): SampleSource {
  if (examples.length === 0) throw new TrainerError('invalid_config', 'There are no examples to train on. Give at least one.');
  return {
    at: async (index) => {
      const place = index % examples.length;
      const example = at(examples, place);
      const images = await Promise.all((example.images ?? []).map((image) => decodeImage(image)));
      return { images, sample: sampleOf(example, place) };
    },
  };
}

function sampleOf({ question, images = [], answer, source = 'examples' }: Example, place: number): Sample {
  const marks = question.includes(IMAGE_MARK) ? '' : `${IMAGE_MARK}\n`.repeat(images.length);
  return {
    data_source: source,
    ability: source,
    images: images.map((image) => (typeof image === 'string' ? { path: image } : { bytes: image })),
    prompt: [{ role: 'user', content: `${marks}${question}` }],
    reward_model: { ground_truth: answer, verifier: 'own' },
    extra_info: { id: String(place) },
  };
}
