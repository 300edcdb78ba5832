import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeFetch, jsonResponse, requestsOf, resultsOf, wellServer, type FakeServer, type Received } from '../../test/fake-servers.ts';
import type { RewardRequest } from '../contract.ts';
import { createRewardClient } from './client.ts';
import type { RewardClientOptions } from './options.ts';

const A = 'http://a:1';
const B = 'http://b:1';

function clientOf(servers: Readonly<Record<string, FakeServer>>, options: Partial<RewardClientOptions> = {}) {
  const { fetch, received } = fakeFetch(servers);
  const client = createRewardClient({ urls: Object.keys(servers).map((host) => `http://${host}`), fetch, ...options });
  const batches = () => received.filter(({ url }) => url.endsWith('/v1/rewards'));
  return { client, received, batches };
}

/** Answers these statuses first, and then as a well server. */
function firstly(...answers: readonly (() => Response)[]): FakeServer {
  let count = 0;
  return (received) => (received.url.endsWith('/v1/rewards') ? (answers[count++]?.() ?? wellServer(received)) : wellServer(received));
}

const breaks: FakeServer = () => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
};
function status(code: number, body: unknown, headers = {}) {
  return (): Response => jsonResponse(body, code, headers);
}

afterEach(() => {
  vi.useRealTimers();
});

describe('score', () => {
  it('gives what in-process scoring gives, in order, over batches and servers', async () => {
    const slowFirst: FakeServer = async (received) => {
      if (received.body.requests?.[0]?.id === 'r0') await new Promise((resolve) => setTimeout(resolve, 20));
      return wellServer(received);
    };
    const { client, batches } = clientOf({ 'a:1': slowFirst, 'b:1': wellServer }, { batchSize: 3, run: 'run1', token: 'secret' });
    const requests = requestsOf(10);
    expect(await client.score(requests)).toEqual(resultsOf(requests));
    expect(batches().map(({ body }) => body.requests?.length)).toEqual([3, 3, 3, 1]);
    expect(new Set(batches().map(({ url }) => url))).toEqual(new Set([`${A}/v1/rewards`, `${B}/v1/rewards`]));
    expect(
      batches().every(
        ({ body, method, headers }) => body.run === 'run1' && method === 'POST' && headers.get('authorization') === 'Bearer secret',
      ),
    ).toBe(true);
  });

  it('shares out a small call over all servers, and asks nothing for an empty one', async () => {
    const { client, batches } = clientOf({ 'a:1': wellServer, 'b:1': wellServer });
    expect(await client.score([])).toEqual([]);
    expect(batches()).toEqual([]);
    await client.score(requestsOf(4));
    expect(batches().map(({ url, body }) => [url, body.requests?.length])).toEqual([
      [`${A}/v1/rewards`, 2],
      [`${B}/v1/rewards`, 2],
    ]);
    expect('run' in (batches()[0]?.body ?? {})).toBe(false);
  });

  it('has no more batches in flight than concurrency, over all calls', async () => {
    let [now, most] = [0, 0];
    const counting: FakeServer = async (received) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 1));
      now -= 1;
      return wellServer(received);
    };
    const { client } = clientOf({ 'a:1': counting }, { batchSize: 1, concurrency: 3 });
    await Promise.all([client.score(requestsOf(8)), client.score(requestsOf(8))]);
    expect(most).toBe(3);
  });

  it('sends every try of a batch under one key, and every batch under its own', async () => {
    const { client, batches } = clientOf({ 'a:1': firstly(status(500, {}), status(500, {})) }, { batchSize: 1, concurrency: 1 });
    await client.score(requestsOf(2));
    const keys = batches().map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(4);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[0]).toMatch(/^\w{12,}$/);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('goes to the other server when one is dead, and then stays there', async () => {
    const { client, received } = clientOf({ 'a:1': breaks, 'b:1': wellServer }, { batchSize: 1 });
    const requests = requestsOf(6);
    expect(await client.score(requests)).toEqual(resultsOf(requests));
    const before = received.length;
    await client.score(requestsOf(1));
    expect(received.slice(before).filter(({ url }) => url === `${A}/v1/rewards`)).toEqual([]);
  });

  it('fails every item by name when no server answers, and scores none as 0', async () => {
    const { client } = clientOf({ 'a:1': breaks }, { timeoutMs: 150, outageMs: 150, retries: 1 });
    const results = await client.score(requestsOf(2));
    expect(results).toEqual(
      ['r0', 'r1'].map((id) => ({
        id,
        data_source: 'fake',
        verifier: 'text',
        status: 'failed',
        error: { code: 'timeout', message: `No reward from the server. ${A}: fetch failed: connect ECONNREFUSED` },
      })),
    );
    expect(await client.score(requestsOf(1))).toMatchObject([
      { error: { message: expect.stringContaining(`none of ${A} was ready within 150 ms`) } },
    ]);
  });

  it('waits out a restart that takes longer than a request may, and says what it waits for', async () => {
    vi.useFakeTimers();
    let back = false;
    const messages: string[] = [];
    const restarting: FakeServer = (received) => (back ? wellServer(received) : breaks(received));
    const { client } = clientOf({ 'a:1': restarting }, { timeoutMs: 10_000, onOutage: (message) => messages.push(message) });
    const scored = client.score(requestsOf(2));
    await vi.advanceTimersByTimeAsync(90_000);
    back = true;
    await vi.advanceTimersByTimeAsync(3_500);
    expect(await scored).toEqual(resultsOf(requestsOf(2)));
    expect(messages.length).toBeGreaterThanOrEqual(6);
    expect(messages.at(-1)).toMatch(new RegExp(`^No reward server has taken work for [678]\\d s\\. Waiting for ${A}\\.$`));
  });

  it('tries a batch once more than retries, and no more', async () => {
    const { client, batches } = clientOf(
      { 'a:1': firstly(...Array.from({ length: 9 }, () => status(500, { error: { message: 'oops' } }))) },
      { retries: 2 },
    );
    const [result] = await client.score(requestsOf(1));
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'verifier_error', message: expect.stringContaining(`${A}: HTTP 500: oops`) },
    });
    expect(batches()).toHaveLength(3);
  });

  it.each<[string, unknown, string]>([
    ['no results', { fine: true }, 'no list "results"'],
    ['too many results', { results: resultsOf(requestsOf(5)) }, '5 results for 2 requests'],
    ['results out of order', { results: resultsOf(requestsOf(2)).reverse() }, 'is for "r1"'],
  ])('takes %s for a failure of the server that says so', async (_name, answer, problem) => {
    const talksNonsense = firstly(status(200, answer), status(200, answer));
    const alone = clientOf({ 'a:1': talksNonsense }, { retries: 1, batchSize: 2 });
    const results = await alone.client.score(requestsOf(2));
    expect(results).toMatchObject(
      Array.from({ length: 2 }, () => ({ status: 'failed', error: { code: 'verifier_error', message: expect.stringContaining(problem) } })),
    );
    expect(results[0]).toMatchObject({ error: { message: expect.stringContaining(`${A}: not an answer of a reward server`) } });
  });

  it('answers a failed item as failed, without another try', async () => {
    const failed = {
      id: 'r0',
      data_source: 'fake',
      verifier: 'text',
      status: 'failed',
      error: { code: 'unknown_verifier', message: 'no' },
    };
    const { client, batches } = clientOf({ 'a:1': firstly(status(200, { results: [failed] })) });
    expect(await client.score(requestsOf(1))).toEqual([failed]);
    expect(batches()).toHaveLength(1);
  });

  it.each([
    [400, { error: { code: 'invalid_body', message: 'requests[0] is null' } }, 'HTTP 400: requests[0] is null'],
    [401, { error: { code: 'unauthorized', message: 'no bearer token' } }, 'HTTP 401: no bearer token. Give createRewardClient the token'],
    [404, { error: 'nothing here' }, 'HTTP 404: nothing here'],
  ])('does not try again after %i', async (code, body, message) => {
    const { client, batches } = clientOf({ 'a:1': firstly(status(code, body)), 'b:1': breaks }, { batchSize: 8 });
    const [result] = await client.score(requestsOf(1));
    expect(result).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_request', message: expect.stringContaining(`${A}: ${message}`) },
    });
    expect(batches()).toHaveLength(1);
    expect(await client.score(requestsOf(1))).toEqual(resultsOf(requestsOf(1)));
  });

  it('sends a batch that is too large in halves', async () => {
    const small: FakeServer = (received) => {
      const count = received.body.requests?.length ?? 0;
      return count > 2 ? jsonResponse({ error: { message: 'too large' } }, 413) : wellServer(received);
    };
    const { client, batches } = clientOf({ 'a:1': small });
    const requests = requestsOf(7);
    expect(await client.score(requests)).toEqual(resultsOf(requests));
    expect(batches().map(({ body }) => body.requests?.length)).toEqual([7, 4, 2, 2, 3, 2, 1]);
    const nothing = clientOf({ 'a:1': () => jsonResponse({ error: { message: 'too large' } }, 413) });
    expect(await nothing.client.score(requestsOf(2))).toMatchObject([
      { error: { code: 'invalid_request' } },
      { error: { code: 'invalid_request' } },
    ]);
  });

  it('fails what cannot be written as JSON', async () => {
    const { client, batches } = clientOf({ 'a:1': wellServer });
    const request: RewardRequest = { id: 'big', data_source: 'fake', verifier: 'text', response: '', ground_truth: 1n };
    expect(await client.score([request])).toMatchObject([
      { id: 'big', error: { code: 'invalid_request', message: expect.stringContaining('BigInt') } },
    ]);
    expect(batches()).toEqual([]);
    const [first, last] = requestsOf(2);
    const results = await client.score([first, request, last].flatMap((item) => item ?? []));
    expect(results.map(({ id, status: end }) => [id, end])).toEqual([
      ['r0', 'scored'],
      ['big', 'failed'],
      ['r1', 'scored'],
    ]);
  });

  it('fails what is no request, also when no server answers', async () => {
    const { client } = clientOf({ 'a:1': breaks }, { retries: 0 });
    const results = await client.score([null, ...requestsOf(1)] as RewardRequest[]);
    expect(results).toMatchObject([
      { id: '#0', data_source: 'unknown', verifier: 'unknown', status: 'failed', error: { code: 'timeout' } },
      { id: 'r0', status: 'failed', error: { code: 'timeout' } },
    ]);
  });

  it('tries again where a server waited too long for the request', async () => {
    const { client, batches } = clientOf({ 'a:1': firstly(status(408, {})) });
    expect(await client.score(requestsOf(1))).toEqual(resultsOf(requestsOf(1)));
    expect(batches()).toHaveLength(2);
  });
});

describe('a busy server', () => {
  afterEach(() => void vi.useRealTimers());

  it('is asked again when it said, and that is no retry', async () => {
    vi.useFakeTimers();
    const busy = status(429, { error: { message: 'queue full' } }, { 'retry-after': '2' });
    const { client, batches } = clientOf({ 'a:1': firstly(busy, busy, busy) }, { retries: 1 });
    const scored = client.score(requestsOf(1));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(batches()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await scored).toEqual(resultsOf(requestsOf(1)));
    expect(batches()).toHaveLength(4);
  });

  it('is passed over for another one meanwhile', async () => {
    const { client, batches } = clientOf({ 'a:1': firstly(status(503, {}, { 'retry-after': '60' })), 'b:1': wellServer });
    expect(await client.score(requestsOf(1))).toEqual(resultsOf(requestsOf(1)));
    expect(batches().map(({ url }) => url)).toEqual([`${A}/v1/rewards`, `${B}/v1/rewards`]);
  });

  it('that stays busy fails the items as overloaded, when patience ends', async () => {
    vi.useFakeTimers();
    const always = clientOf(
      { 'a:1': () => jsonResponse({ error: { message: 'queue full' } }, 429, { 'retry-after': '1' }) },
      { outageMs: 5_000 },
    );
    const scored = always.client.score(requestsOf(1));
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await scored).toMatchObject([{ error: { code: 'overloaded', message: expect.stringContaining(`${A}: HTTP 429: queue full`) } }]);
  });

  it('that asks for more patience than there is, or is to be tried once only, fails them at once', async () => {
    const busy = () => jsonResponse({}, 503, { 'retry-after': '3600' });
    expect(await clientOf({ 'a:1': busy }).client.score(requestsOf(1))).toMatchObject([{ error: { code: 'overloaded' } }]);
    const once = clientOf({ 'a:1': () => jsonResponse({}, 429, { 'retry-after': '1' }) }, { retries: 0 });
    expect(await once.client.score(requestsOf(1))).toMatchObject([{ error: { code: 'overloaded' } }]);
    expect(once.batches()).toHaveLength(1);
  });
});

it('hangs hundreds of batches on one signal without a warning of a leak', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const { client } = clientOf({ 'a:1': wellServer }, { batchSize: 1 });
  await client.score(requestsOf(200), { signal: new AbortController().signal });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

describe('deadlines and aborts', () => {
  const hangs: FakeServer = ({ url }) => (url.endsWith('/v1/rewards') ? new Promise<Response>(() => undefined) : jsonResponse({}));

  it('gives up a server that does not answer', async () => {
    const { client, batches } = clientOf({ 'a:1': hangs, 'b:1': wellServer }, { timeoutMs: 40 });
    expect(await client.score(requestsOf(1))).toEqual(resultsOf(requestsOf(1)));
    expect(batches()).toHaveLength(2);
    const alone = clientOf({ 'a:1': hangs }, { timeoutMs: 30, retries: 0 });
    expect(await alone.client.score(requestsOf(1))).toMatchObject([
      { error: { code: 'timeout', message: expect.stringContaining(`${A}: no answer within 30 ms`) } },
    ]);
  });

  it('rejects with the reason when the caller aborts', async () => {
    const { client } = clientOf({ 'a:1': hangs });
    const controller = new AbortController();
    const scored = client.score(requestsOf(1), { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(scored).rejects.toThrow('enough');
    await expect(client.score(requestsOf(1), { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('rejects with closed when it is closed, under way and after', async () => {
    const { client } = clientOf({ 'a:1': hangs });
    const scored = client.score(requestsOf(1));
    client.close();
    await expect(scored).rejects.toMatchObject({ code: 'closed' });
    await expect(client.score([])).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('setProgress', () => {
  const progressOf = (received: readonly Received[]) =>
    received.filter(({ method }) => method === 'PUT').map(({ url, body }) => [url, body]);

  it('tells every server, and keeps what was said before', async () => {
    const { client, received } = clientOf({ 'a:1': wellServer, 'b:1': wellServer }, { run: 'my run' });
    await client.setProgress({ step: 0, total_steps: 100 });
    await client.setProgress({ step: 7 });
    const path = '/v1/runs/my%20run/progress';
    expect(progressOf(received)).toEqual([
      [`${A}${path}`, { step: 0, total_steps: 100 }],
      [`${B}${path}`, { step: 0, total_steps: 100 }],
      [`${A}${path}`, { step: 7, total_steps: 100 }],
      [`${B}${path}`, { step: 7, total_steps: 100 }],
    ]);
  });

  it('tells a server that it could not reach before it gives it work', async () => {
    let up = false;
    const sometimes: FakeServer = (received) => (up ? wellServer(received) : breaks(received));
    const { client, received } = clientOf({ 'a:1': sometimes, 'b:1': wellServer }, { run: 'r' });
    await client.setProgress({ step: 1, total_steps: 2 });
    up = true;
    const before = received.length;
    await client.score(requestsOf(1));
    await vi.waitFor(async () => {
      await client.score(requestsOf(2));
      expect(received.some(({ url }) => url === `${A}/v1/rewards`)).toBe(true);
    });
    const toA = received.slice(before).filter(({ url }) => url.startsWith(A));
    expect(toA.slice(0, 3).map(({ method, url }) => `${method} ${url.slice(A.length)}`)).toEqual([
      'GET /readyz',
      'PUT /v1/runs/r/progress',
      'POST /v1/rewards',
    ]);
  });

  it('says what is wrong: no run, a refused token, a refused progress, nobody there', async () => {
    await expect(clientOf({ 'a:1': wellServer }).client.setProgress({ step: 1 })).rejects.toMatchObject({ code: 'invalid_options' });
    const answering = (answer: FakeServer) => clientOf({ 'a:1': answer, 'b:1': wellServer }, { run: 'r' }).client;
    await expect(answering(status(401, { error: { message: 'no token' } })).setProgress({ step: 1 })).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining(`"r" did not reach ${A}. HTTP 401: no token`),
    });
    const strict = answering(({ method, ...rest }) =>
      method === 'PUT' ? jsonResponse({ error: { message: 'step is -1' } }, 400) : wellServer({ method, ...rest }),
    );
    await expect(strict.setProgress({ step: -1 })).rejects.toMatchObject({
      code: 'invalid_body',
      message: expect.stringContaining('step is -1'),
    });
    expect(await strict.score(requestsOf(2))).toEqual(resultsOf(requestsOf(2)));
    await expect(clientOf({ 'a:1': breaks }, { run: 'r' }).client.setProgress({ step: 1 })).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('health', () => {
  it('says of each server whether it is ready, and why not', async () => {
    const { client } = clientOf({ 'a:1': wellServer, 'b:1': () => jsonResponse({ error: { message: 'draining' } }, 503), 'c:1': breaks });
    expect(await client.health()).toEqual([
      { url: A, ready: true, message: '' },
      { url: B, ready: false, message: 'HTTP 503: draining' },
      { url: 'http://c:1', ready: false, message: 'fetch failed: connect ECONNREFUSED' },
    ]);
  });
});

describe('the global fetch', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('is used when no other is given', async () => {
    const { fetch } = fakeFetch({ 'a:1': wellServer });
    vi.stubGlobal('fetch', fetch);
    expect(await createRewardClient({ urls: [A] }).score(requestsOf(1))).toEqual(resultsOf(requestsOf(1)));
  });
});
