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

describe('what models and data sets write', () => {
  const pairs = (expected: number, list: readonly (readonly [string, string])[]) =>
    list.map(([truth, response]) => [truth, response, expected] as const);

  it.each([
    ...pairs(0, [
      ['6.67e-11', '\\boxed{8.85e-12}'],
      ['1.2e-7', '-1.2e-7'],
      ['0.0000012', '0.0000013'],
      ['1.6\\times 10^{-19}', '\\boxed{9.1\\times 10^{-31}}'],
      ['0.0000003', '\\boxed{\\frac{1}{10000000}}'],
      ['2', 'The answer is 2 2/3'],
      ['10', '4 10/3'],
      ['4343_6', '\\boxed{4343_7}'],
      ['f(x) = 0', '$\\forall x>0, f(x) = 0$'],
      ['3', 'First \\boxed{3}.\n\nFinal answer: 7'],
      ['3年', '\\boxed{4年}'],
      ['3年', '\\boxed{3月}'],
      ['1728, 1331', 'The answers are 1728 and 1332.'],
      ['(1, 2)', '\\boxed{1<x<3}'],
      ['(1, 2]', '\\boxed{1<x<2}'],
      ['x', '\\boxed{\\sqrt{x^2}}'],
      ['\\ln x', '\\boxed{\\ln |x|}'],
      ['25\\pi', '24pi'],
      ['\\sum_{k=1}^{100000} k', '\\boxed{5000050001}'],
    ]),
    ...pairs(1, [
      ['6.67e-11', '\\boxed{6.67\\times 10^{-11}}'],
      ['1/3000000', '0.000000333'],
      ['8/3', '2 2/3'],
      ['-7/2', '-3 1/2'],
      ['9/4', '$2~\\frac14$'],
      ['4343_6', '\\boxed{4343_{6}}'],
      ['f(x)=cx', '\\boxed{f(x)=cx \\text{ for any real } c}'],
      ['7', 'First \\boxed{3}.\n\nFinal answer: 7'],
      ['7', '\\boxed{7}. This is the final answer: it is right.'],
      ['10-2\\sqrt{5}', '**Final answer**: **10 - 2√5**'],
      ['10-2\\sqrt{5}', 'The answer is 10-2\\sqrt{5}<|eot_id|>'],
      ['1331 and 1728', 'The answers are 1728 and 1331.'],
      ['5', '\\boxed{5平方厘米}'],
      ['12', '\\boxed{12^{\\text{th}}}'],
      ['25\\pi', '25pi'],
      ['e^{16}-1', '\\boxed{exp(16)-1}'],
      ['\\ln 2', '\\boxed{ln(2)}'],
      ['x^2', '\\boxed{x**2}'],
      ['2\\pi r', '\\boxed{2*pi*r}'],
      ['(1, 2)', '\\boxed{1<x<2}'],
      ['1<x<2', '\\boxed{(1,2)}'],
      ['x \\in [-2,7]', '\\boxed{-2 \\le x \\le 7}'],
      ['(-\\infty, 1) \\cup (2, \\infty)', '\\boxed{x<1 \\text{ or } x>2}'],
      ['\\frac{\\sqrt m}{\\sqrt k}', '\\boxed{\\sqrt{\\frac{m}{k}}}'],
      ['2\\ln x', '\\boxed{\\ln x^2}'],
      ['\\sum_{k=1}^{100000} k', '\\boxed{5000050000}'],
    ]),
  ])('ground truth %s, response %s: %d', async (truth, response, expected) => {
    expect((await verify(response, truth)).accuracy).toBe(expected);
  });

  it.each(['1990–2000', '3年', '9 a.m.', 'U.S.', '20℃', '1/0', 'No. 5', '2.5.1', '192.168.0.1', 'x. y.', '8:30–9:00', '5—10', '3小时20分'])(
    'pays the ground truth itself: %s',
    async (truth) => {
      for (const response of [`<answer>${truth}</answer>`, `\\boxed{${truth}}`, `\\boxed{\\text{${truth}}}`, `The answer is ${truth}`])
        expect((await verify(response, truth)).accuracy, response).toBe(1);
    },
  );

  it('keeps the reference as it is with compat', async () => {
    expect((await verify('First $\\boxed{3}$.\n\nFinal answer: 7', '$3$', { compat: 'v-triune' })).accuracy).toBe(1);
  });
});
