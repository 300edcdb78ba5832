import { describe, expect, it } from 'vitest';
import { ANSWER_STYLES, stylesFor, readAnyStyle, renderAnswer, toAskedFormat } from './answer-styles.ts';
import type { Question } from './contract.ts';
import { createRandom } from './random.ts';
import { suite } from './suite.ts';
import { questionsOf, scenesOf } from './test-scenes.ts';

const sum: Question = { task: 'math', source: 'nano_math_two', text: 'What is the result?', answer: '7', steps: '3 + 4 = 7' };
const cats: Question = {
  task: 'detection',
  source: 'nano_detection_plain',
  text: 'Find all cats.',
  answer: '[{"bbox_2d": [1, 2, 30, 40], "label": "cat"}, {"bbox_2d": [50, 2, 90, 40], "label": "cat"}]',
  boxes: [
    { label: 'cat', box: [1, 2, 30, 40] },
    { label: 'cat', box: [50, 2, 90, 40] },
  ],
};
const random = createRandom(1);

describe('renderAnswer', () => {
  it('writes a short answer in each of its formats', () => {
    expect(stylesFor(sum).map((format) => renderAnswer(sum, format, createRandom(3)))).toEqual([
      '7',
      expect.stringMatching(/^(The answer is 7\.|It is 7\.)$/),
      '\\boxed{7}',
      'Read: 3 + 4 = 7 \\boxed{7}',
    ]);
  });

  it('writes boxes in each of their formats', () => {
    expect(stylesFor(cats).map((format) => renderAnswer(cats, format, random))).toEqual([
      cats.answer,
      'cat 1 2 30 40; cat 50 2 90 40',
      '(1,2)-(30,40) (50,2)-(90,40)',
    ]);
  });
});

describe('toAskedFormat', () => {
  it.each(suite.map(({ name }) => name))('undoes every format for %s', async (name) => {
    for (const { question } of questionsOf(await scenesOf(name, 60))) {
      for (const format of ANSWER_STYLES) {
        expect(toAskedFormat(question, renderAnswer(question, format, random))).toBe(renderAnswer(question, 'asked', random));
      }
    }
  });

  it('keeps what is wrong wrong', () => {
    expect(toAskedFormat(sum, '3 + 4 = 8 \\boxed{8}')).toBe('\\boxed{8}');
    expect(toAskedFormat(sum, 'The answer is 9.')).toBe('\\boxed{9}');
    expect(toAskedFormat(sum, '3 + 5 = 8')).toBe('\\boxed{8}');
    expect(toAskedFormat(cats, 'dog 1 2 3 4')).toBe('[{"bbox_2d": [1, 2, 3, 4], "label": "dog"}]');
  });
});

describe('readAnyStyle', () => {
  it('finds no answer in nothing and no box in words', () => {
    expect(readAnyStyle(sum, '  ')).toBeNull();
    expect(readAnyStyle(cats, 'I see two cats.')).toBeNull();
    expect(readAnyStyle(cats, '(30,2)-(1,40)')).toBeNull();
  });

  it('takes the last boxed answer and reads cut-off JSON as far as it goes', () => {
    expect(readAnyStyle(sum, '\\boxed{1} \\boxed{7}')).toEqual({ answer: '7' });
    expect(readAnyStyle(cats, cats.answer.slice(0, 60))).toEqual({ boxes: [cats.boxes?.[0]] });
  });
});
