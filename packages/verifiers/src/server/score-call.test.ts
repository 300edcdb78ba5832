import { describe, expect, it } from 'vitest';
import { good, setUp } from '../../test/set-up-service.ts';

describe('an item of our own route', () => {
  it('is a request, also where it says of itself that it failed', async () => {
    const { post, events } = setUp();
    const failed = { status: 'failed', error: { code: 'timeout', message: 'm' } };
    const { status, body } = await post({ requests: [{ ...good('a'), ...failed }, failed, { status: 'failed' }, good('d')] });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { id: 'a', status: 'scored', reward: 1 },
      { id: '#1', status: 'failed', error: { code: 'invalid_request' } },
      { id: '#2', status: 'failed', error: { code: 'invalid_request' } },
      { id: 'd', status: 'scored', reward: 1 },
    ]);
    expect(events).toHaveLength(4);
  });
});

describe('an item that a protocol adapter could not read', () => {
  it('is one of its step none the less', async () => {
    const { call } = setUp({ protocols: undefined as never });
    await call('PUT', '/v1/runs/default/progress', { rewards_per_step: 2, total_steps: 10 });
    const label = { data_source: 's', verifier: 'counting', ground_truth: '3' };
    const { body } = await call('POST', '/get_reward', {
      query: ['3', '3'],
      prompts: ['', ''],
      labels: [label, { ...label, verifier: 5 }],
    });
    expect(body.extra_logs.failed).toEqual([0, 1]);
    expect((await call('GET', '/v1/runs/default/progress')).body).toMatchObject({ counted: 2, step: 1 });
  });
});
