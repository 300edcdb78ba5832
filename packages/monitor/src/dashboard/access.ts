/**
 * Who may see the dashboard. Without a token only this machine: a web page elsewhere can make a browser send requests to 127.0.0.1 and
 * give its own name to that address, so `Host` must be a name of this machine. A request of another origin is refused in any case.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { MonitorError } from '../errors.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;
const COOKIE = 'vtriune_token';
const FORBIDDEN = 403;
const UNAUTHORIZED = 401;

/** Throws MonitorError `invalid_argument` for a host that others can reach without a token, and for an empty token. */
export function checkAccess({ host, token }: { host: string; token: string | undefined }): void {
  if (token !== undefined && token.trim() === '')
    throw new MonitorError('invalid_argument', 'the token is empty, and anyone could send it; give a long random text, or leave it out');
  if (token === undefined && !LOOPBACK.test(host))
    throw new MonitorError(
      'invalid_argument',
      `host "${host}" can be reached from other machines, and there is no token; give a token, or serve on 127.0.0.1 and reach it by ssh -L`,
    );
}

/** Refuses foreign host names and web pages of other origins. */
export function refuseForeign({ token }: { token: string | undefined }): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    const name = host.replace(/:\d+$/, '');
    if (token === undefined && !LOOPBACK.test(name))
      return refuse(context, FORBIDDEN, `The host "${host}" is not a name of this machine. Use 127.0.0.1, or serve with a token.`);
    const origin = context.req.header('origin');
    if (origin !== undefined && hostOf(origin) !== host)
      return refuse(context, FORBIDDEN, `Requests of pages of ${origin} are refused. Open the dashboard under its own address.`);
    return next();
  };
}

/** Lets in who has the token: in the header, in the cookie, or once in the address, which then sets the cookie. */
export function requireToken(token: string): MiddlewareHandler {
  const expected = digest(token.trim());
  const isRight = (given: string | undefined): boolean => given !== undefined && timingSafeEqual(digest(given), expected);
  return async (context, next) => {
    const bearer = /^bearer (.*)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    if (isRight(bearer?.trim()) || isRight(getCookie(context, COOKIE))) return next();
    const url = new URL(context.req.url);
    if (context.req.method === 'GET' && isRight(url.searchParams.get('token') ?? undefined)) {
      setCookie(context, COOKIE, token.trim(), { httpOnly: true, sameSite: 'Strict', path: '/' });
      url.searchParams.delete('token');
      return context.redirect(`${url.pathname}${url.search}`, 303);
    }
    return refuse(
      context,
      UNAUTHORIZED,
      'No valid token. Open the address that the terminal shows, or send "Authorization: Bearer <token>".',
    );
  };
}

/** What every answer says: no scripts but our own, no guessing of types, nothing kept. */
export const secureHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header(
    'content-security-policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  );
  context.header('x-content-type-options', 'nosniff');
  context.header('referrer-policy', 'no-referrer');
  context.header('cross-origin-resource-policy', 'same-origin');
};

/** An error as JSON. */
export function refuse(context: Context, status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 503, message: string): Response {
  return context.json({ error: message }, status);
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

// Digests have one length, whatever is compared.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
