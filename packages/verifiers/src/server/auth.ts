import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether the value of an `Authorization` header carries the token: `Bearer <token>`, or `Basic` with the token as password, which
 * is what clients that know nothing but a URL send for `http://any:<token>@host`. Takes the same time for every wrong token.
 */
export function createTokenCheck(token: string): (authorization: string | null | undefined) => boolean {
  // Servers take the space around a header's value away.
  const expected = digest(token.trim());
  return (authorization) => timingSafeEqual(digest(credentials(authorization ?? '')), expected);
}

// Digests have one length, whatever is compared; `timingSafeEqual` needs that, and the length of the token stays unknown.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function credentials(authorization: string): string {
  // Not by a pattern: a token may hold spaces, and with them a pattern takes long for headers that are made for it.
  const [scheme = ''] = authorization.split(' ', 1);
  const value = authorization.slice(scheme.length).trim();
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}
