import { describe, expect, it } from 'vitest';
import { nearMiss } from './near-miss.ts';

describe('nearMiss', () => {
  it.each([
    ['learningrate', 'learningRate'],
    ['stpes', 'steps'],
    ['grupSize', 'groupSize'],
  ])('takes %s for %s', (name, meant) => {
    expect(nearMiss(name, ['steps', 'groupSize', 'learningRate'])).toBe(meant);
  });

  it('does not guess wildly', () => {
    expect(nearMiss('banana', ['steps', 'groupSize', 'learningRate'])).toBeUndefined();
    expect(nearMiss('x', [])).toBeUndefined();
  });
});
