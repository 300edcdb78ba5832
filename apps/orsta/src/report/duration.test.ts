import { expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

it.each([
  [0, '0s'],
  [59.6, '1m00s'],
  [185, '3m05s'],
  [7805, '2h10m'],
  [-1, '0s'],
])('formats %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
