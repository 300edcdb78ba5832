import { describe, expect, it } from 'vitest';
import { accuracy } from '../../test/accuracy.ts';
import { choice } from './choice.ts';

describe('choice', () => {
  const animals = { truth: 'B', parameters: { options: ['cat', 'dog', 'catfish'] } };

  it.each(['B', 'b.', '(B)', 'B: dog', 'Option B', 'dog', 'Dog.', 'The answer is (B) dog'])('takes %s', async (response) => {
    expect(await accuracy(choice, animals, response)).toBe(1);
  });

  it.each(['', 'A or B', 'B or C', 'not B', 'dogs', 'hotdog', 'a dog', 'B cat', 'ABC', 'D'])('refuses %s', async (response) => {
    expect(await accuracy(choice, animals, response)).toBe(0);
  });

  it('knows the right option by its text too, and tells cat from catfish', async () => {
    expect(await accuracy(choice, { truth: 'catfish', parameters: animals.parameters }, 'C')).toBe(1);
    expect(await accuracy(choice, { truth: 'catfish', parameters: animals.parameters }, 'cat')).toBe(0);
  });

  it.each([['horse'], ['D'], ['']])('refuses %j as ground truth', (truth) => {
    expect(() => choice.verify({ response: 'B', groundTruth: truth, parameters: animals.parameters, split: 'train', images: [] })).toThrow(
      expect.objectContaining({ code: 'invalid_ground_truth' }),
    );
  });
});
