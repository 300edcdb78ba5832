import { TrainerError, type Processor, type SampleSource, type TrainingItem } from '@vtriune/trainer';
import { expect, it } from 'vitest';
import { nameSample } from './name-sample.ts';

const samples = {
  at: (index: number) =>
    Promise.resolve({
      sample: { prompt: [{ role: 'user', content: String(index) }], data_source: 'cats', extra_info: { id: `cat-${String(index)}` } },
      images: [],
    } as unknown as TrainingItem),
} satisfies SampleSource;

/** Refuses the prompt "5". */
const processor = {
  process: ({ messages }: { messages: { content: string }[] }) => {
    if (messages[0]?.content === '5') throw new TrainerError('invalid_image', 'an image of 201x1 pixels');
    return { tokenIds: [], patches: new Float32Array(0), grids: [], imageSizes: [] };
  },
} as unknown as Processor;

it('names the sample whose image or prompt cannot be used', async () => {
  const cause = new TrainerError('invalid_image', 'an image of 201x1 pixels');
  expect(await nameSample(cause, { processor, samples, from: 4, count: 4 })).toMatchObject({
    code: 'invalid_data',
    message: 'Sample cat-5 of cats: an image of 201x1 pixels',
    cause,
  });
});

it('leaves every other error as it is', async () => {
  const errors = [
    new TrainerError('reward_failures', 'too many'),
    new TrainerError('invalid_image', 'an image of 201x1 pixels'),
    new Error('x'),
  ];
  for (const error of errors) expect(await nameSample(error, { processor, samples, from: 0, count: 4 })).toBe(error);
});
