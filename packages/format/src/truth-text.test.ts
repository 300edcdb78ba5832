import { expect, it } from 'vitest';
import { truthText } from './truth-text.ts';

it('leaves text alone and writes the rest as JSON', () => {
  expect(['4', '"4"', 3.5, ['a'], { a: 1 }, false].map(truthText)).toEqual(['4', '"4"', '3.5', '["a"]', '{"a":1}', 'false']);
});
