import { expect, it } from 'vitest';
import type { RewardRequest } from '../contract.ts';
import { createInlineTest, DEFAULT_INLINE } from './inline.ts';

const request = { id: 'a', data_source: 's', verifier: 'counting', response: '3', ground_truth: '3' };
const isInline = createInlineTest(DEFAULT_INLINE);

it.each([
  ['a short answer', request, true],
  ['a number as ground truth', { ...request, ground_truth: 3 }, true],
  ['another verifier', { ...request, verifier: 'mathverify' }, false],
  ['a long response', { ...request, response: 'x'.repeat(16_385) }, false],
  ['a long ground truth', { ...request, ground_truth: 'x'.repeat(16_385) }, false],
  ['a ground truth of any depth', { ...request, ground_truth: { a: [] } }, false],
  ['several verifiers', { ...request, rewards: [{ verifier: 'counting' }] }, false],
  ['nothing', null, false],
  ['a text', 'counting', false],
])('of %s', (_, value, expected) => {
  expect(isInline(value as unknown as RewardRequest)).toBe(expected);
});

it('takes built-in verifiers only', () => {
  expect(() => createInlineTest(['counting', 'mine'])).toThrow(/"mine".*main thread.*counting/s);
});
