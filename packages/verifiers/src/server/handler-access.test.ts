import { describe, expect, it } from 'vitest';
import { good, held, setUp } from '../../test/set-up-service.ts';

describe('who may ask', () => {
  const token = 'correct-horse';
  it.each(['/v1/verifiers', '/metrics', '/openapi.json', '/v1/runs/a/progress'])('%s needs the token', async (path) => {
    const { call } = setUp({ token });
    const refused = await call('GET', path);
    expect([refused.status, refused.headers.get('www-authenticate'), refused.body.error.code]).toEqual([401, 'Bearer', 'unauthorized']);
    expect((await call('GET', path, undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await call('GET', path, undefined, { authorization: `Bearer ${token}` })).status).not.toBe(401);
  });

  it('is checked before a body is read', async () => {
    const { post } = setUp({ token });
    expect((await post('{')).status).toBe(401);
    expect((await post('{', { authorization: `Bearer ${token}` })).status).toBe(400);
  });

  it.each(['/', '/healthz', '/readyz'])('%s is open', async (path) => {
    expect((await setUp({ token }).call('GET', path)).status).toBe(200);
  });

  it('includes web pages of listed origins only', async () => {
    const { call } = setUp({ token, corsOrigins: ['https://lab.example'] });
    const ask = (origin: string) =>
      call('OPTIONS', '/v1/rewards', undefined, {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      });
    const allowed = await ask('https://lab.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, 'https://lab.example']);
    expect((await ask('https://other.example')).headers.get('access-control-allow-origin')).toBeNull();
    expect(
      (await setUp().call('GET', '/healthz', undefined, { origin: 'https://lab.example' })).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  it.each([{ token: ' ' }, { defaultVerifier: 'nonesuch' }])('refuses to be made with %j', (options) => {
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});

describe('what the service tells', () => {
  it('answers V-Triune as its server does', async () => {
    expect((await setUp().call('GET', '/')).body).toEqual({ message: 'Reward Judge Server' });
  });

  it('lists verifiers with the schemas of their parameters', async () => {
    const { body } = await setUp().call('GET', '/v1/verifiers');
    const detection = body.verifiers.find(({ name }: { name: string }) => name === 'detection');
    expect(detection).toMatchObject({
      parameters: { type: 'object', properties: { iou_threshold: {} } },
      components: expect.arrayContaining(['map']),
    });
  });

  it('describes every route in OpenAPI, with the schemas of requests and results', async () => {
    const { call } = setUp({ protocols: undefined as never });
    const { body } = await call('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(body.components.schemas.RewardRequest.required).toContain('response');
    const references = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    expect(references.filter((name) => !(String(name) in body.components.schemas))).toEqual([]);
    // Those that a stranger is told of are those there are.
    const told: string = (await call('GET', '/nowhere')).body.error.message;
    const routes = [...told.matchAll(/(GET|POST|PUT) (\/[^\s,]*)[,.](?= |$)/g)].map(([, method = '', path = '']) => `${method} ${path}`);
    const described = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).flatMap((method) => (method === 'parameters' ? [] : `${method.toUpperCase()} ${path.replace('{run}', ':run')}`)),
    );
    expect(described.sort()).toEqual(routes.filter((route) => !route.includes('/nowhere')).sort());
    expect(described).toHaveLength(13);
  });

  it('names the routes there are to who asks for another', async () => {
    const { status, body } = await setUp().call('GET', '/v2/rewards');
    expect([status, body.error.code]).toEqual([404, 'not_found']);
    expect(body.error.message).toContain('POST /v1/rewards');
  });

  it('counts answers by route and status', async () => {
    const { call, post } = setUp();
    await post({ requests: [good('a'), good('b'), good('c', { verifier: 'nonesuch' })] });
    await post('{');
    const { body } = await call('GET', '/metrics');
    expect(body).toContain('vtriune_rewards_total{verifier="counting",source="apples",status="scored",code=""} 2');
    expect(body).toContain('vtriune_rewards_total{verifier="nonesuch",source="apples",status="failed",code="unknown_verifier"} 1');
    expect(body).toContain('vtriune_http_requests_total{method="POST",route="/v1/rewards",status="400"} 1');
  });

  it('gives back a request id that is safe, and makes one otherwise', async () => {
    const { call } = setUp();
    expect((await call('GET', '/healthz', undefined, { 'x-request-id': 'trace-7=a' })).headers.get('x-request-id')).toBe('trace-7=a');
    for (const unsafe of ['a b', 'x'.repeat(129), '"}']) {
      const given = (await call('GET', '/healthz', undefined, { 'x-request-id': unsafe })).headers.get('x-request-id');
      expect(given).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('logs no payload', async () => {
    const lines: unknown[] = [];
    const note = (fields: object, message: string) => void lines.push([fields, message]);
    const { post } = setUp({ logger: { debug: note, info: note, warn: note, error: note } });
    await post({ requests: [good('a', { response: 'private words' }), good('b', { response: 'private words', ground_truth: {} })] });
    await post('{"requests": "private words"}');
    await post('private words');
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('private');
    expect(lines[0]).toMatchObject([{ status: 200, items: 2, failed: 1, route: '/v1/rewards' }, 'request']);
  });
});

describe('draining', () => {
  it('finishes what is in flight, refuses what comes, and says when it is done', async () => {
    const { release, scorer: slow } = held();
    const { handler, post, call } = setUp({ scorer: slow });
    const first = post({ requests: [good('a')] });
    await new Promise((resolve) => setImmediate(resolve));
    handler.beginDrain();
    let done = false;
    const drained = handler.drained().then(() => (done = true));
    const [refused, ready, healthy] = [await post({ requests: [good('b')] }), await call('GET', '/readyz'), await call('GET', '/healthz')];
    expect([refused.status, refused.headers.get('retry-after'), refused.body.error.code]).toEqual([503, '1', 'unavailable']);
    expect([ready.status, healthy.status, done]).toEqual([503, 200, false]);
    release();
    const answer = await first;
    expect([answer.status, answer.headers.get('connection'), answer.body.results[0].reward]).toEqual([200, 'close', 1]);
    await drained;
  });

  it('of an idle service is done at once', async () => {
    const { handler } = setUp();
    handler.beginDrain();
    await handler.drained();
  });
});
