import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether the value of an `Authorization` header carries the token: `Bearer <token>`, or `Basic` with the token as password, which
 * is what clients that know nothing but a URL send for `http://any:<token>@host`. Takes the same time for every wrong token.
 */
export function createTokenCheck(token: string): (authorization: string | null | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => timingSafeEqual(digest(credentials(authorization ?? '')), expected);
}

// Digests have one length, whatever is compared; `timingSafeEqual` needs that, and the length of the token stays unknown.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function credentials(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}
