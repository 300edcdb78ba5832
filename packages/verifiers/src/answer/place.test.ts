import { describe, expect, it } from 'vitest';
import { lastBoxed } from './boxed.ts';
import { locateAnswer, type AnswerFormat } from './place.ts';

describe('lastBoxed', () => {
  it.each([
    ['\\boxed{5}', '5'],
    ['\\boxed{3} so \\boxed{5}', '5'],
    ['\\boxed{\\frac{1}{2}}', '\\frac{1}{2}'],
    ['\\boxed{\\boxed{5}}', '5'],
    ['\\fbox {a b}', 'a b'],
    ['\\boxed{\\{1, 2\\}}', '\\{1, 2\\}'],
    ['{{{ \\boxed{5}', '5'],
    ['\\boxed{4} and \\boxed{5', '4'],
    ['\\boxed{5', undefined],
    ['\\boxed5', undefined],
    ['boxed{5}', undefined],
  ])('of %s is %s', (text, expected) => {
    expect(lastBoxed(text)).toBe(expected);
  });

  it('answers a million nested boxes with nothing', () => {
    expect(lastBoxed('\\boxed{'.repeat(200_000))).toBeUndefined();
    expect(lastBoxed('\\boxed{'.repeat(200_000) + '}'.repeat(200_000))).toBeUndefined();
  });
});

function place(text: string, format?: AnswerFormat) {
  return locateAnswer(text, format)?.text;
}

describe('locateAnswer', () => {
  it('takes the asked place only', () => {
    const all = 'Say 1.\n\\boxed{2}\n<answer>3</answer>\nSo the answer is 4';
    expect([place(all, 'boxed'), place(all, 'answer_tag'), place(all, 'last_line'), place(all)]).toEqual(['2', '3', '4', '3']);
    expect([place('5', 'boxed'), place('\\boxed{5}', 'answer_tag')]).toEqual([undefined, undefined]);
  });

  it('reads what comes after the reasoning', () => {
    expect(place('<think>\\boxed{1}</think>\n\\boxed{2}', 'boxed')).toBe('2');
    expect(place('<think>\\boxed{1}</think>', 'boxed')).toBeUndefined();
    expect(place('<think>I think \\boxed{1}')).toBeUndefined();
  });

  it('never gives an empty answer', () => {
    for (const empty of ['', ' \n ', '<answer> </answer>', '\\boxed{}', '\\boxed{\\text{ }}', '$$', '<answer>\\boxed{ }</answer>'])
      expect(place(empty), empty).toBeUndefined();
  });

  it('takes markup off', () => {
    expect(place('\\boxed{\\text{hello}}')).toBe('hello');
    expect(place('**$42$**')).toBe('42');
    expect(place('\\boxed{100\\%}')).toBe('100%');
    expect(place('<answer>\n\\boxed{7}\n</answer>')).toBe('7');
    expect(place('Therefore, the answer is: **B**')).toBe('B');
  });

  it.each([
    'answer'.repeat(100_000),
    '<answer>'.repeat(100_000),
    '\\boxed{'.repeat(100_000),
    `${' '.repeat(500_000)}x`,
    '$'.repeat(500_000),
    '`'.repeat(500_001),
  ])('reads a hostile text of half a million characters (%#)', (text) => {
    expect(() => locateAnswer(text)).not.toThrow();
  });
});
