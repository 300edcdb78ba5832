// Which part of the response is read and what format means; the mathematics is tested in `math/`.
import { describe, expect, it } from 'vitest';
import { mathverify } from './mathverify.ts';

function verify(response: string, groundTruth: unknown = '42', parameters: unknown = {}) {
  return mathverify.verify({ response, groundTruth, parameters, split: 'train', images: [] });
}

describe('mathverify', () => {
  it.each([
    ['any', 'It is 42.', 1],
    ['any', '<think>\\boxed{7}</think>\\boxed{42}', 1],
    ['any', '<think>\\boxed{42}</think>\\boxed{7}', 0],
    ['boxed', '\\boxed{42.0}', 1],
    ['boxed', 'It is 42.', 0],
    ['answer_tag', '<answer>84/2</answer>', 1],
    ['answer_tag', '\\boxed{42}', 0],
    ['last_line', 'Hm.\nThe answer is 42', 1],
    ['last_line', 'The answer is 42\nor so', 0],
    ['any', '\\boxed{\\$42}', 1],
    ['any', '\\boxed{42.}', 1],
    ['any', 'It was $42$ once.\nNow it is 43', 0],
    ['any', '42\nor rather 43', 0],
  ])('reads place %s of %s: %d', async (answer_format, response, expected) => {
    expect((await verify(response, '42', { answer_format })).accuracy).toBe(expected);
  });

  it.each([
    ['x^2+1', 'x^2+1', 1],
    ['x^2+1', 'The answer is x^2+1.', 1],
    ['C', 'C', 1],
    ['C', 'I think so.\nThe answer is C', 1],
    ['C', 'Cats', 0],
    ['\\{1,2\\}', '1, 2', 1],
    ['2', '1, 2 or 3', 0],
    ['1', 'x^2+1', 0],
  ])('reads a short last line without markup as a whole too: ground truth %s, response %s: %d', async (truth, response, expected) => {
    expect((await verify(response, truth)).accuracy).toBe(expected);
  });

  it('pays nothing for the tags around an empty answer', async () => {
    expect(await verify('<think>\n\n</think>\n\n<answer>\n\n</answer>')).toMatchObject({ accuracy: 0, format: 0 });
  });

  it('scores the tags as format, or with answer_format whether an answer is there', async () => {
    const tagged = '<think>\nhm\n</think>\n\n<answer>\n\\boxed{7}\n</answer>';
    expect(await verify(tagged)).toMatchObject({ accuracy: 0, format: 1, metrics: { answered: 1 } });
    expect((await verify('<think>\nhm\n</think>\n')).format).toBe(0.5);
    expect((await verify('\\boxed{7}', '42', { answer_format: 'boxed' })).format).toBe(1);
    expect((await verify('7', '42', { answer_format: 'boxed' })).format).toBe(0);
  });

  it('gives the engine the whole response in compat, reasoning included', async () => {
    expect((await verify('<think>\\boxed{42}</think>', '$42$', { compat: 'v-triune' })).accuracy).toBe(1);
    expect((await verify('42', '$42$', { compat: 'v-triune' })).accuracy).toBe(0);
    expect(() => verify('', '42', { compat: 'v-triune', answer_format: 'boxed' })).toThrow(
      expect.objectContaining({ code: 'invalid_parameters' }),
    );
  });

  it.each([[''], [null], [{}]])('refuses %j as ground truth', (truth) => {
    expect(() => verify('42', truth)).toThrow(expect.objectContaining({ code: 'invalid_ground_truth' }));
  });
});

// Each of these texts is as long as a response can be; a search that reads more than its end, or reads that twice, does not come back in time.
describe('a response made to keep the verifier busy', () => {
  it.each([
    '$$ ',
    '$x ',
    '$x\n',
    '\\[',
    '\\(',
    ' [ ',
    '\\boxed{',
    '<answer>',
    '<think>',
    'answer: ',
    'final answer is ',
    '1 ',
    '9',
    ' ',
    '**',
  ])('scores 0 for %j over and over', async (piece) => {
    const response = piece.repeat(Math.ceil(2_000_007 / piece.length));
    expect((await verify(response, '\\sqrt{2}')).accuracy).toBe(0);
    expect((await verify(`\\boxed{${response}}`, '\\sqrt{2}', { answer_format: 'boxed' })).accuracy).toBe(0);
    expect((await verify(response, '$\\sqrt{2}$', { compat: 'v-triune' })).accuracy).toBe(0);
  });
});
