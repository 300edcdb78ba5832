import { describe, expect, it } from 'vitest';
import { createRandom } from '../suite/random.ts';
import { arithmeticQuestion } from './arithmetic.ts';

/** Works a question out again, from left to right. */
function resultOf(text: string): number {
  const [first = '', ...rest] = text.replace('Compute ', '').replace('.', '').split(' ');
  let result = Number(first);
  for (let i = 0; i < rest.length; i += 2) {
    const right = Number(rest[i + 1]);
    if (rest[i] === '+') result += right;
    else if (rest[i] === '-') result -= right;
    else result *= right;
  }
  return result;
}

describe('arithmeticQuestion', () => {
  const questions = Array.from({ length: 2000 }, (_, index) => arithmeticQuestion(createRandom(`arithmetic/${String(index)}`)));

  it('has the right answer, at the end of its steps too, between 0 and 100', () => {
    for (const { text, answer, steps } of questions) {
      expect(Number(answer), text).toBe(resultOf(text));
      expect(steps?.endsWith(` = ${answer}`), text).toBe(true);
      expect(Number(answer)).toBeGreaterThanOrEqual(0);
      expect(Number(answer)).toBeLessThanOrEqual(100);
    }
  });

  it('asks the whole table of products, and sums of digits and of multiples of ten', () => {
    const texts = new Set(questions.map(({ text }) => text));
    for (const text of ['Compute 9 x 9.', 'Compute 1 x 1.']) expect(texts).toContain(text);
    expect(questions.some(({ text }) => /^Compute \d0 \+ \d0\.$/.test(text))).toBe(true);
    expect(questions.some(({ steps = '' }) => steps.includes(', '))).toBe(true);
  });
});
