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

  it.each([
    'The answer is B because the leaf is green.',
    'The correct option is B.',
    'The correct choice is (B).',
    'Option B is the correct answer.',
    'I would pick B - it fits.',
    '**Answer:** B',
    'Answer: **B**.',
    'Final answer → B',
    'Answer: B\n\nHope this helps!',
    'Answer: B<|im_end|>',
    '答案是B',
    '故选B。',
    '选项B正确',
    '我認為應該選 Ｂ',
    '<answer>B - green</answer>',
    '\\boxed{x \\ll y}\n\n**Answer: B**',
  ])('finds the stated option in %s', async (response) => {
    expect(await accuracy(choice, { truth: 'B' }, response)).toBe(1);
    expect(await accuracy(choice, { truth: 'A' }, response)).toBe(0);
  });

  it.each([
    ['1/2', 'A'],
    ['0.5', 'A'],
    ['\\boxed{120}', 'B'],
    ['120°', 'B'],
    ['5', 'C'],
    ['5 cm', 'C'],
  ])('compares values: %s is option %s', async (response, truth) => {
    const parameters = { options: ['\\frac12', '120^\\circ', '5 cm', '7 cm'] };
    expect(await accuracy(choice, { truth, parameters }, response)).toBe(1);
  });

  it('does not take another unit, or a value of two options', async () => {
    expect(await accuracy(choice, { truth: 'A', parameters: { options: ['5 cm', '6 cm'] } }, '5 m')).toBe(0);
    expect(await accuracy(choice, { truth: 'A', parameters: { options: ['5 cm', '5 m'] } }, '5')).toBe(0);
  });

  it.each([['["A", "C"]'], ['A and C'], ['AC'], [['C', 'A']], ["['A', 'C']"]])('wants the whole set of %j', async (truth) => {
    for (const right of ['A, C', 'C and A', '(A), (C)', 'AC', '["A", "C"]', 'The answers are A and C.'])
      expect(await accuracy(choice, { truth }, right), right).toBe(1);
    for (const wrong of ['A', 'C', 'A, B', 'A, B, C', 'A or C', 'A, A, C', 'ace'])
      expect(await accuracy(choice, { truth }, wrong), wrong).toBe(0);
  });
});
