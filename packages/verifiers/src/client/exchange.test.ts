import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAsk, readRetryAfter } from './exchange.ts';
import { createStop } from './wait.ts';

const stop = createStop();

describe('readRetryAfter', () => {
  afterEach(() => void vi.useRealTimers());

  it('reads seconds and dates', () => {
    vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
    expect(readRetryAfter('2')).toBe(2000);
    expect(readRetryAfter('0.5')).toBe(500);
    expect(readRetryAfter('Thu, 01 Jan 2026 00:00:03 GMT')).toBe(3000);
    expect(readRetryAfter('Thu, 01 Jan 2015 00:00:03 GMT')).toBe(0);
    for (const unreadable of [null, '', 'soon']) expect(readRetryAfter(unreadable)).toBeUndefined();
  });
});

describe('createAsk', () => {
  it('says why there is no answer', async () => {
    const causeOf = async (error: Error) =>
      createAsk(() => Promise.reject(error), undefined)({ url: 'http://a', method: 'GET', timeoutMs: 1000, stop });
    const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });
    expect(await causeOf(new TypeError('fetch failed', { cause: refused }))).toEqual({
      kind: 'silence',
      cause: 'fetch failed: ECONNREFUSED',
    });
    expect(await causeOf(new TypeError('fetch failed', { cause: new Error('other side closed') }))).toMatchObject({
      cause: 'fetch failed: other side closed',
    });
    expect(await causeOf(new TypeError('Failed to fetch'))).toMatchObject({ cause: 'Failed to fetch' });
    expect(await causeOf('broken' as unknown as Error)).toMatchObject({ cause: 'broken' });
  });

  it('counts the body into the deadline', async () => {
    const slowBody = (_input: unknown, init?: RequestInit) => {
      const body = new ReadableStream({
        start: (controller) => init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
      });
      return Promise.resolve(new Response(body));
    };
    const answer = await createAsk(slowBody, undefined)({ url: 'http://a', method: 'GET', timeoutMs: 20, stop });
    expect(answer).toEqual({ kind: 'silence', cause: 'no answer within 20 ms' });
  });

  it('throws what the caller stopped it with', async () => {
    const pulled = createStop();
    pulled.pull(new Error('enough'));
    const ask = createAsk(() => Promise.resolve(new Response('')), undefined);
    await expect(ask({ url: 'http://a', method: 'GET', timeoutMs: 1000, stop: pulled })).rejects.toThrow('enough');
  });
});
