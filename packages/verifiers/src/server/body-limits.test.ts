import { describe, expect, it } from 'vitest';
import { good, setUp } from '../../test/set-up-service.ts';

const json = { 'content-type': 'application/json' };

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

describe('a body with more lists within each other than can be written', () => {
  it.each([
    ['/slime', DEEP, 400],
    ['/slime', `{"response":${DEEP},"label":"3"}`, 400],
    ['/get_reward', DEEP, 400],
    ['/judge', `{"response":"3","reward_verifier":"counting","solution":"3","reward_verifier_parm":${DEEP}}`, 400],
    ['/slime', `{"response":"3","label":${DEEP}}`, 400],
    ['/slime', `{"response":"3","label":${DEEP},"metadata":{"verifier":"counting"}}`, 400],
    ['/verify', `{"response":{"output":[]},"label":"3","more":${DEEP}}`, 400],
  ])('to %s is answered in JSON', async (path, sent, expected) => {
    const { status, body } = await setUp({ protocols: undefined as never }).call('POST', path, sent);
    expect(status).toBe(expected);
    expect(body.error.message).not.toContain('call stack');
    expect(body.error.message.length).toBeLessThan(700);
  });

  it('is no declaration of a run', async () => {
    const { status, body } = await setUp().call('PUT', '/v1/runs/a/progress', `{"step":${DEEP}}`);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('500 deep')]);
  });
});

it('says a number that is larger than any as what it was read as', async () => {
  const { body } = await setUp().call('PUT', '/v1/runs/a/progress', '{"step":1e999}');
  expect(body.error.message).toContain('step is Infinity');
});

it.each([true, false])('takes a body that ends too early for a fault of the client (length known: %s)', async (known) => {
  const { handler, events } = setUp();
  const body = new ReadableStream({
    start: (stream) => {
      stream.enqueue(new TextEncoder().encode(JSON.stringify({ requests: [good('a')] }).slice(0, 20)));
      stream.error(new Error('aborted'));
    },
  });
  const init = { method: 'POST', body, duplex: 'half', headers: known ? { ...json, 'content-length': '100' } : json };
  const response = await handler.fetch(new Request('http://host/v1/rewards', init as RequestInit));
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('did not arrive whole (aborted)')]);
  expect(events).toEqual([]);
});
