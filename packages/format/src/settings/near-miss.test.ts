import { describe, expect, it } from 'vitest';
import { nearMiss } from './near-miss.ts';

describe('nearMiss', () => {
  it('finds nothing among no candidates', () => {
    expect(nearMiss('steps', [])).toBeUndefined();
  });

  it('takes the closest of several', () => {
    expect(nearMiss('step', ['stops', 'steps', 'seps'])).toBe('steps');
  });

  it.each([
    ['verifer', 'verifier'],
    ['verifier_parms', 'verifier_parm'],
    ['groundtruth', 'ground_truth'],
    ['domain', undefined],
    ['index', undefined],
  ])('%s means %s', (key, meant) => {
    expect(nearMiss(key, ['verifier', 'verifier_parm', 'ground_truth', 'answer'])).toBe(meant);
  });
});
