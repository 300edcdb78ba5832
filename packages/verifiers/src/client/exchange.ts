/** One HTTP request and its answer, as text; a server that gives none is a value too. Only the caller's own stop is thrown. */
import type { Stop } from './wait.ts';

/** A request to a server. */
export interface Question {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** JSON text. */
  readonly body?: string;
  /** The same on every try of what must not be counted twice. */
  readonly key?: string;
  readonly timeoutMs: number;
  readonly stop: Stop;
}

/** An answer, whatever its status, or why there is none. */
export type Exchange =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'silence'; readonly cause: string };

/** Asks a question. Throws only the reason of the question's stop, when that is pulled. */
export type Ask = (question: Question) => Promise<Exchange>;

/** Asks with this `fetch` and bearer token. The deadline covers the whole answer, not only its first byte. */
export function createAsk(send: typeof globalThis.fetch, token: string | undefined): Ask {
  return async ({ url, method, body, key, timeoutMs, stop }) => {
    const controller = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      controller.abort();
    }, timeoutMs);
    const off = stop.on(() => controller.abort());
    try {
      stop.check();
      const response = await send(url, {
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body }),
        signal: controller.signal,
      });
      const text = await response.text();
      return { kind: 'answer', status: response.status, text, retryAfterMs: readRetryAfter(response.headers.get('retry-after')) };
    } catch (error) {
      stop.check();
      return { kind: 'silence', cause: late ? `no answer within ${timeoutMs} ms` : describe(error) };
    } finally {
      clearTimeout(timer);
      off();
    }
  };
}

/** Milliseconds that a Retry-After header asks for, given in seconds or as a date; undefined without a readable one. */
export function readRetryAfter(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

// fetch says "fetch failed" and keeps the reason (ECONNREFUSED, ...) in the cause.
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const reason = cause.message === '' ? code : cause.message;
  return reason === '' ? error.message : `${error.message}: ${reason}`;
}
