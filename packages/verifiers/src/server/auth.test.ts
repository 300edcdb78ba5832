import { expect, it } from 'vitest';
import { createTokenCheck } from './auth.ts';

const isAuthorized = createTokenCheck('s3cret:with colon');
function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

it.each([
  ['Bearer s3cret:with', false],
  ['Bearer', false],
  ['Bearer ', false],
  ['', false],
  [null, false],
  [undefined, false],
  ['s3cret:with colon', false],
  [basic('any:s3cret:with colon'), true],
  [basic(':s3cret:with colon'), true],
  [basic('s3cret:with colon:'), false],
  [basic(''), false],
  ['Basic !!!', false],
])('%s', (header, expected) => {
  expect(isAuthorized(header)).toBe(expected);
});

it('takes the token of a bearer, in any case of the scheme', () => {
  const check = createTokenCheck('abc123');
  expect([check('Bearer abc123'), check('bearer abc123'), check('Bearer abc1234'), check('Bearer abc12')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

it('takes a token with spaces, in it and around it', () => {
  const check = createTokenCheck(' two words ');
  expect([check('Bearer two words'), check('Bearer   two words'), check('Bearer two'), check('two words')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
