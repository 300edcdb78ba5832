import { describe, expect, it } from 'vitest';
import { remember } from './remember.ts';

describe('remember', () => {
  it('reads a text once, until so many others came', () => {
    const read: string[] = [];
    const length = remember((text) => read.push(text), 2);
    for (const text of ['a', 'a', 'b', 'a', 'c', 'a']) length(text);
    expect(read).toEqual(['a', 'b', 'c', 'a']);
  });

  it('keeps neither errors nor long texts', () => {
    let calls = 0;
    const read = remember((text) => {
      calls += 1;
      if (text === 'bad') throw new Error('unreadable');
      return text;
    });
    expect(() => read('bad')).toThrow('unreadable');
    expect(() => read('bad')).toThrow('unreadable');
    read('x'.repeat(10_000));
    read('x'.repeat(10_000));
    expect(calls).toBe(4);
  });

  it('keeps nothing longer than asked, and reads odd characters as they are', () => {
    const read: string[] = [];
    const length = remember((text) => read.push(text), 2, 3);
    for (const text of ['four', 'four', '\ud800"', '\ud800"', '']) length(text);
    expect(read).toEqual(['four', 'four', '\ud800"', '']);
  });
});
