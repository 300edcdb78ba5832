import { distance } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../test/random.ts';
import { editDistance } from './edit-distance.ts';

function words(count: number, seed: string): string[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => Array.from({ length: 6 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join(''));
}

describe('editDistance', () => {
  it('is Levenshtein distance over characters', () => {
    expect(editDistance('kitten', 'sitting')).toEqual({ distance: 3, longer: 7 });
    expect(editDistance('a😀b', 'a😃b')).toEqual({ distance: 1, longer: 3 });
  });

  it('of long texts with errors here and there is that of the whole', () => {
    const right = words(1_200, 'page');
    const random = createRandom('errors');
    const read = right.flatMap((word) => (random() < 0.02 ? [] : random() < 0.1 ? [`${word.slice(1)}x`] : [word]));
    const [a, b] = [right.join(' '), read.join(' ')];
    expect(editDistance(a, b).distance).toBe(distance(a, b));
  });

  it('takes long texts that agree nowhere as different, without much work', () => {
    const [a, b] = [words(2_800, 'one').join(' '), words(2_800, 'other').join(' ')];
    const started = performance.now();
    expect(editDistance(a, b).distance).toBe(a.length);
    expect(performance.now() - started).toBeLessThan(50);
  });
});
