import { describe, expect, it } from 'vitest';
import { announcementsOf, answerMatches, finalHopeMatches, finalIsMatches, type Candidate } from './anchors.ts';

function digit(text: string) {
  return (at: number): Candidate | null => (/[0-9]/.test(text.charAt(at)) ? { start: at, end: at + 1 } : null);
}
const style = { multiline: true, skipSpace: true };

describe('anchors', () => {
  it('reads behind the words', () => {
    const text = 'Final Answer: The final answer is: 7. I hope it is correct.';
    expect(finalHopeMatches(text, digit(text))).toHaveLength(1);
    const other = 'The final answer to all of this is 8';
    expect(finalIsMatches(other, digit(other), style).map((match) => other[match.start])).toEqual(['8']);
    const third = 'answer: so x is 3; the answer 4';
    expect(answerMatches(third, digit(third), { ...style, colon: true }).map((match) => third[match.start])).toEqual(['3']);
    expect(answerMatches(third, digit(third), { ...style, colon: false }).map((match) => third[match.start])).toEqual(['3', '4']);
  });

  it('keeps to its distance and line', () => {
    const far = `answer ${'x'.repeat(60)} 5`;
    expect(answerMatches(far, digit(far), { ...style, colon: false })).toEqual([]);
    const below = 'answer\n5';
    expect(answerMatches(below, digit(below), { multiline: false, skipSpace: true, colon: false })).toEqual([]);
  });

  it('says which words are there at all', () => {
    const none = { answer: false, answerColon: false, finalAnswer: false };
    expect(announcementsOf('it is 4, in the final an swer')).toEqual(none);
    expect(announcementsOf('ANSWERS: 4')).toEqual({ ...none, answer: true });
    expect(announcementsOf('the answer, Answer: 4')).toEqual({ ...none, answer: true, answerColon: true });
    expect(announcementsOf('so the Final answer')).toEqual({ ...none, answer: true, finalAnswer: true });
  });
});
