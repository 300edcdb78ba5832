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

  it('reads what stands behind a marked letter where the options are not given, but no second letter', async () => {
    const score = (response: string) => accuracy(choice, { truth: 'B' }, response);
    for (const right of ['B. dog', '(B) a dog', '\\boxed{\\textbf{(B) } 5}', 'B: f(x) = 2']) expect(await score(right), right).toBe(1);
    for (const wrong of ['B dog', 'B. or C.', '(B) or (C)', 'B) A)', 'A. B']) expect(await score(wrong), wrong).toBe(0);
  });

  it('reads letters in LaTeX fonts', async () => {
    expect(await accuracy(choice, animals, '\\boxed{\\textbf{(B) } \\text{dog}}')).toBe(1);
    expect(await accuracy(choice, animals, '\\boxed{\\mathrm{C}}')).toBe(0);
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
