import { describe, expect, it, vi } from 'vitest';
import { box, good, held, scorer, setUp } from '../../test/set-up-service.ts';
import { createRewardHandler } from './handler.ts';
import type { Scorer } from './scoring.ts';
import { ServiceError } from '../service-error.ts';
import type { ProtocolAdapter } from './protocol.ts';

const json = { 'content-type': 'application/json' };

describe('POST /v1/rewards', () => {
  it('scores in order, and fails a malformed item by itself', async () => {
    const { post } = setUp();
    const { status, body } = await post({ requests: [good('a'), { id: 'b' }, 5, good('d', { response: '<answer>4</answer>' })] });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { id: 'a', status: 'scored', reward: 1 },
      { id: 'b', status: 'failed', error: { code: 'invalid_request' } },
      { id: '#2', status: 'failed', error: { code: 'invalid_request' } },
      { id: 'd', status: 'scored', reward: 0 },
    ]);
    expect(body.results[1]).not.toHaveProperty('reward');
  });

  it('answers no requests with no results', async () => {
    const { post, events } = setUp();
    expect(await post({ requests: [] })).toMatchObject({ status: 200, body: { results: [] } });
    expect(events).toEqual([]);
  });

  it.each([
    ['no requests', {}, '"requests" is absent'],
    ['requests that are no list', { requests: { a: 1 } }, '"requests" is of type object'],
    ['a bare list', [good('a')], 'The body is a list'],
    ['null', 'null', 'The body is null'],
    ['a run that is no name', { run: 7, requests: [] }, '"run" is of type number'],
    ['an empty run', { run: '', requests: [] }, '"run" is a text of 0 characters'],
    ['broken JSON', '{"requests": [}', 'position 14'],
    ['nothing', '', 'it ends too early'],
  ])('answers %s with 400 and what is wrong', async (_, sent, message) => {
    const { post, events } = setUp();
    const { status, body } = await post(sent);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'invalid_body', message: expect.stringContaining(message) });
    expect(events).toEqual([]);
  });

  it('refuses more requests than it takes at once', async () => {
    const { post } = setUp({ maxItems: 2 });
    expect(await post({ requests: [good('a'), good('b'), good('c')] })).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large' } },
    });
  });

  it('refuses a long body by its stated length, without reading it', async () => {
    const { handler } = setUp({ maxBodyBytes: 1000 });
    const pull = vi.fn();
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    const init = { method: 'POST', body, duplex: 'half', headers: { ...json, 'content-length': '1001' } };
    const response = await handler.fetch(new Request('http://host/v1/rewards', init as RequestInit));
    expect([response.status, response.headers.get('connection')]).toEqual([413, 'close']);
    expect(pull).not.toHaveBeenCalled();
  });

  it('drops the rest of a body that is too long, and stops reading at eight times the limit', async () => {
    const { handler } = setUp({ maxBodyBytes: 1000 });
    let pulled = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(400).fill(32));
    };
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    const response = await handler.fetch(new Request('http://host/v1/rewards', { method: 'POST', body, duplex: 'half', headers: json }));
    expect(response.status).toBe(413);
    expect(pulled).toBeGreaterThan(20);
    expect(pulled).toBeLessThan(28);
  });

  it('takes a body in pieces that cut a character', async () => {
    const { handler } = setUp();
    const bytes = new TextEncoder().encode(JSON.stringify({ requests: [good('é')] }));
    const pieces = Array.from({ length: bytes.length }, (_, i) => bytes.slice(i, i + 1));
    const body = new ReadableStream({
      pull: (controller) => (pieces.length === 0 ? controller.close() : controller.enqueue(pieces.shift())),
    });
    const response = await handler.fetch(new Request('http://host/v1/rewards', { method: 'POST', body, duplex: 'half', headers: json }));
    expect(await response.json()).toMatchObject({ results: [{ id: 'é', reward: 1 }] });
  });

  it('holds no more bodies than their bytes allow, and frees them after the answer', async () => {
    const { release, scorer: slow } = held();
    const size = JSON.stringify({ requests: [good('a')] }).length;
    const { post } = setUp({ scorer: slow, maxHeldBytes: size + 10 });
    const first = post({ requests: [good('a')] });
    await new Promise((resolve) => setImmediate(resolve));
    const second = await post({ requests: [good('b')] });
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1']);
    release();
    expect((await first).status).toBe(200);
    expect((await post({ requests: [good('c')] })).status).toBe(200);
  });

  it.each([
    ['overloaded', 429],
    ['closed', 503],
  ] as const)('answers a scorer that is %s with %d and when to come back', async (code, status) => {
    const refusing: Scorer = { ...scorer, score: () => Promise.reject(new ServiceError(code, 'not now')) };
    const { post, events } = setUp({ scorer: refusing });
    const answer = await post({ requests: [good('a')] });
    expect([answer.status, answer.headers.get('retry-after'), answer.body.error.code]).toEqual([status, '1', code]);
    expect(events).toEqual([]);
  });

  it('hides what went wrong inside, and logs it under the request id', async () => {
    const error = vi.fn();
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error };
    const broken: Scorer = { ...scorer, score: () => Promise.reject(new RangeError('secret path')) };
    const { post } = setUp({ scorer: broken, logger });
    const { status, body } = await post({ requests: [good('a')] }, { 'x-request-id': 'r-1' });
    expect([status, body.error.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(error.mock.calls[0]?.[0]).toMatchObject({ requestId: 'r-1', error: expect.stringContaining('secret path') });
  });
});

describe('the progress of the service', () => {
  it('fails a verifier that needs progress and has none', async () => {
    const { post } = setUp();
    const { body } = await post({ run: 'a', requests: [box()] });
    expect(body.results[0]).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_request', message: expect.stringContaining('progress') },
    });
  });

  it('takes the progress of the request, then of its run', async () => {
    const { call, post } = setUp();
    expect(await call('PUT', '/v1/runs/a/progress', { step: 5, total_steps: 100 })).toMatchObject({
      status: 200,
      body: { run: 'a', step: 5, total_steps: 100, source: 'reported' },
    });
    const { body } = await post({
      run: 'a',
      requests: [box(), box({ progress: { step: 90, total_steps: 100 } }), box({ progress: { step: 20 } as never })],
    });
    const thresholds = body.results.map((result: { metrics: { iou_threshold: number } }) => result.metrics.iou_threshold);
    expect(thresholds).toEqual([0.85, 0.99, 0.95]);
  });

  it('counts train requests where the run declared how many make a step, and test requests never', async () => {
    const { call, post, events } = setUp();
    await call('PUT', '/v1/runs/a/progress', { rewards_per_step: 2, total_steps: 10 });
    await post({ run: 'a', requests: [good('1'), good('2'), good('3', { split: 'test' }), good('4')] });
    expect((await call('GET', '/v1/runs/a/progress')).body).toEqual({
      run: 'a',
      step: 1,
      total_steps: 10,
      rewards_per_step: 2,
      counted: 3,
      source: 'inferred',
    });
    await post({ run: 'a', requests: [box(), box({ split: 'test' })] });
    expect(events.slice(-2).map(({ request, result }) => [request.progress, result.status])).toEqual([
      [{ step: 1, total_steps: 10 }, 'scored'],
      [undefined, 'scored'],
    ]);
  });

  it.each([
    [{}, 'says nothing'],
    [{ steps: 4 }, 'has "steps"'],
    [{ step: -1 }, 'step is -1'],
    [[1], 'is a list'],
  ])('refuses the declaration %j', async (declaration, message) => {
    const { call } = setUp();
    const { status, body } = await call('PUT', '/v1/runs/a/progress', declaration);
    expect([status, body.error.code]).toEqual([400, 'invalid_body']);
    expect(body.error.message).toContain(message);
  });

  it('says of a run it does not know how to set it', async () => {
    const { call } = setUp();
    expect(await call('GET', '/v1/runs/my%20run/progress')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  });
});

describe('a call that comes again', () => {
  const counts = async (call: ReturnType<typeof setUp>['call']): Promise<string[]> => {
    const page = String((await call('GET', '/metrics')).body);
    return page.split('\n').filter((line) => /^vtriune_(rewards|repeated_items|abandoned_items)_total/.test(line));
  };

  it('under the same key gets the same answer, and is counted, told and clocked once', async () => {
    const { post, call, events } = setUp();
    await call('PUT', '/v1/runs/r/progress', { rewards_per_step: 1, total_steps: 9 });
    const body = { run: 'r', requests: [good('a'), good('b')] };
    const answers = [];
    for (const key of ['k', 'k', 'k']) answers.push(await post(body, { 'idempotency-key': key }));
    expect(answers.map(({ body: { results } }) => results.map(({ id, reward }: { id: string; reward: number }) => [id, reward]))).toEqual(
      Array.from({ length: 3 }, () => [
        ['a', 1],
        ['b', 1],
      ]),
    );
    expect(events.map(({ result }) => result.id)).toEqual(['a', 'b']);
    expect(await counts(call)).toEqual([
      'vtriune_rewards_total{verifier="counting",source="apples",status="scored",code=""} 2',
      'vtriune_abandoned_items_total 0',
      'vtriune_repeated_items_total 4',
    ]);
    expect((await call('GET', '/v1/runs/r/progress')).body).toMatchObject({ counted: 2 });
  });

  it('is another call under another key, in another run, or without one', async () => {
    const { post, events } = setUp();
    for (const [run, headers] of [
      ['r', { 'idempotency-key': 'k' }],
      ['r', { 'idempotency-key': 'l' }],
      ['s', { 'idempotency-key': 'k' }],
      ['r', {}],
      ['r', {}],
    ] as const)
      await post({ run, requests: [good('a')] }, headers);
    expect(events).toHaveLength(5);
  });

  it('is counted where the first caller had gone before its answer', async () => {
    const { scorer: slow, release } = held();
    const { handler, events } = setUp({ scorer: slow });
    const ask = (signal: AbortSignal): Promise<Response> => {
      const body = JSON.stringify({ requests: [good('a')] });
      return handler.fetch(
        new Request('http://host/v1/rewards', { method: 'POST', body, signal, headers: { ...json, 'idempotency-key': 'k' } }),
      );
    };
    const leaving = new AbortController();
    const first = ask(leaving.signal);
    await Promise.resolve();
    leaving.abort();
    release();
    await first;
    expect(events).toEqual([]);
    await ask(new AbortController().signal);
    expect(events).toHaveLength(1);
  });

  it('may not have a key of any length', async () => {
    const { post } = setUp();
    expect((await post({ requests: [] }, { 'idempotency-key': 'k'.repeat(201) })).status).toBe(400);
  });
});

describe('the observer', () => {
  it('is told every result with its run, route and request id', async () => {
    const { post, events } = setUp({ now: () => 5 });
    await post({ run: 'nano', requests: [good('a'), 7] }, { 'x-request-id': 'r-9' });
    await post({ requests: [good('b')] });
    expect(events).toMatchObject([
      { run: 'nano', route: '/v1/rewards', requestId: 'r-9', request: { id: 'a' }, result: { id: 'a', status: 'scored' }, latencyMs: 0 },
      { run: 'nano', request: { id: '#1', data_source: 'unknown', response: '' }, result: { id: '#1', status: 'failed' } },
      { run: 'default', request: { id: 'b' } },
    ]);
  });

  it('may throw without harm to the caller, and is counted', async () => {
    const error = vi.fn();
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error };
    const observer = () => {
      throw new RangeError('disk full');
    };
    const { post, call } = setUp({ observer, logger });
    expect((await post({ requests: [good('a')] })).body.results[0].reward).toBe(1);
    expect(error).toHaveBeenCalledOnce();
    expect((await call('GET', '/metrics')).body).toContain('vtriune_observer_errors_total 1');
  });

  it('is not told what a caller that has gone never saw', async () => {
    const { release, scorer: slow } = held();
    const { handler, events, call } = setUp({ scorer: slow });
    const leaving = new AbortController();
    const request = new Request('http://host/v1/rewards', {
      method: 'POST',
      body: JSON.stringify({ requests: [good('a'), good('b')] }),
      signal: leaving.signal,
      headers: json,
    });
    const answer = handler.fetch(request);
    await new Promise((resolve) => setImmediate(resolve));
    leaving.abort();
    release();
    await answer;
    expect(events).toEqual([]);
    const { body } = await call('GET', '/metrics');
    expect(body).toContain('vtriune_abandoned_items_total 2');
    expect(body).not.toContain('vtriune_rewards_total{');
  });
});

describe('a protocol adapter', () => {
  const protocol: ProtocolAdapter = {
    name: 'plain',
    method: 'POST',
    path: '/plain',
    decode: (body, { defaultVerifier, requestId }) => {
      if (!Array.isArray(body)) throw new ServiceError('invalid_body', 'The body is no list.');
      const items = body.map((text: string, index) =>
        text === 'bad'
          ? ({ id: '', data_source: 's', verifier: 'v', status: 'failed', error: { code: 'invalid_request', message: 'bad' } } as const)
          : good(`${requestId}-${index}`, { response: text, verifier: defaultVerifier ?? 'none' }),
      );
      return {
        items,
        run: 'adapted',
        encode: (results) => ({ status: 200, body: results.map((result) => (result.status === 'scored' ? result.reward : null)) }),
      };
    },
  };

  it('is decoded, scored around its own failures, observed and encoded', async () => {
    const { call, events } = setUp({ protocols: [protocol], defaultVerifier: 'counting' });
    const { status, body } = await call('POST', '/plain', ['<answer>3</answer>', 'bad', '<answer>2</answer>'], { 'x-request-id': 'q' });
    expect([status, body]).toEqual([200, [1, null, 0]]);
    expect(events.map(({ run, route, request, result }) => [run, route, request.id, result.status])).toEqual([
      ['adapted', '/plain', 'q-0', 'scored'],
      ['adapted', '/plain', '', 'failed'],
      ['adapted', '/plain', 'q-2', 'scored'],
    ]);
    expect((await call('GET', '/metrics')).body).toContain(
      'vtriune_rewards_total{verifier="v",source="s",status="failed",code="invalid_request"} 1',
    );
  });

  it('refuses a body of another protocol, and a full or draining service as our own route does', async () => {
    const { call, handler } = setUp({ protocols: [protocol] });
    expect((await call('POST', '/plain', {})).status).toBe(400);
    handler.beginDrain();
    const answer = await call('POST', '/plain', []);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('of every kind is there unless another list is given', async () => {
    const handler = createRewardHandler({ scorer });
    for (const path of ['/judge', '/get_reward', '/slime', '/verify']) {
      const response = await handler.fetch(new Request(`http://host${path}`, { method: 'POST', body: '[', headers: json }));
      expect([path, response.status]).toEqual([path, 400]);
    }
  });
});
