// A real port and real threads, from the built package.
import { request as send } from 'node:http';
import { connect } from 'node:net';
import type { RewardRequest } from '@vtriune/verifiers';
import { serveRewards, type RewardEvent, type RewardServer, type ServeRewardsOptions } from '@vtriune/verifiers/server';
import { afterEach, describe, expect, it } from 'vitest';

const hostile = new URL('../../test/fixtures/plugins/hostile.mjs', import.meta.url).pathname;
function item(id: string, verifier = 'counting', ground_truth: unknown = 3): RewardRequest {
  return { id, data_source: 's', verifier, response: '<answer>3</answer>', ground_truth };
}

const json = { 'content-type': 'application/json' };
const open: RewardServer[] = [];
async function serve(options: ServeRewardsOptions = {}): Promise<RewardServer> {
  const server = await serveRewards({ workers: 1, plugins: [hostile], ...options });
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function post({ url }: RewardServer, requests: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/v1/rewards`, {
    method: 'POST',
    body: JSON.stringify({ requests }),
    headers: { ...json, ...headers },
  });
  return { status: response.status, body: (await response.json()) as { results: { reward: number; status: string }[] } };
}
function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

describe('serveRewards', () => {
  it('scores over a port, tells the observer, and is gone after close', async () => {
    const events: RewardEvent[] = [];
    const server = await serve({ observer: (batch) => events.push(...batch) });
    const { status, body } = await post(server, [item('a'), item('b', 'good'), item('c', 'throws')]);
    expect([status, body.results.map((result) => result.status)]).toEqual([200, ['scored', 'scored', 'failed']]);
    expect(events.map(({ result }) => result.id)).toEqual(['a', 'b', 'c']);
    await server.close();
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])('refuses %s without a token', async (host) => {
    await expect(serve({ host })).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringContaining('token') });
  });

  it('listens for others with a token, and asks for it', async () => {
    const server = await serve({ host: '0.0.0.0', token: 'abc' });
    const local = { ...server, url: `http://127.0.0.1:${server.port}` };
    expect((await post(local, [item('a')])).status).toBe(401);
    expect((await post(local, [item('a')], { authorization: 'Bearer abc' })).status).toBe(200);
  });

  it('says which port is taken', async () => {
    const { port } = await serve();
    await expect(serve({ port })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(String(port)) });
  });

  it.each([65_536, -1, 1.5])('says which ports there are to who asks for %s', async (port) => {
    await expect(serve({ port })).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringContaining(`port is ${port}`) });
  });

  it('finishes what is in flight when it is closed', async () => {
    const server = await serve();
    const slow = post(server, [item('a', 'slow', 600), item('b')]);
    await wait(200);
    const closing = server.close();
    const { status, body } = await slow;
    expect([status, body.results.map((result) => result.status)]).toEqual([200, ['scored', 'scored']]);
    await closing;
  });

  it('does not wait for ever for what never ends', async () => {
    const server = await serve({ drainMs: 300, deadlineMs: 60_000 });
    const lost = post(server, [item('a', 'loop')]).catch(() => 'lost');
    await wait(200);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(3000);
    expect(await lost).toMatchObject(expect.anything());
  });

  it('lets go of a client that is too slow with its headers or its body', async () => {
    const server = await serve({ headersTimeoutMs: 300, requestTimeoutMs: 600 });
    const answerTo = (text: string): Promise<string> =>
      new Promise((resolve) => {
        let answer = '';
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
        socket
          .on('data', (data) => (answer += data.toString()))
          .on('close', () => resolve(answer))
          .on('error', () => undefined);
      });
    const started = performance.now();
    const head = 'POST /v1/rewards HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
    const answers = await Promise.all([answerTo(head), answerTo(`${head}content-length: 100\r\n\r\n{"requ`)]);
    expect(answers.map((answer) => answer.split('\r\n')[0])).toEqual(['HTTP/1.1 408 Request Timeout', 'HTTP/1.1 408 Request Timeout']);
    expect(performance.now() - started).toBeLessThan(5000);
    expect((await post(server, [item('a')])).status).toBe(200);
  });

  it('answers a body that is too long without taking it in', async () => {
    const server = await serve({ maxBodyBytes: 100_000 });
    let sent = 0;
    const status = await new Promise((resolve) => {
      const upload = send(`${server.url}/v1/rewards`, { method: 'POST', headers: { ...json, 'transfer-encoding': 'chunked' } });
      const more = (): void => {
        while (sent < 100_000_000 && upload.write(Buffer.alloc(65_536, 32))) sent += 65_536;
      };
      upload
        .on('response', (response) => resolve(response.statusCode))
        .on('drain', more)
        .on('error', () => undefined);
      more();
    });
    expect(status).toBe(413);
    expect(sent).toBeLessThan(50_000_000);
    expect((await post(server, [item('a')])).status).toBe(200);
  });

  it('tells a client that sends all before it reads why its body is refused', async () => {
    const server = await serve({ maxBodyBytes: 10_000_000 });
    const body = Buffer.alloc(40_000_000, 32);
    for (const length of [`content-length: ${body.length}`, 'transfer-encoding: chunked']) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(server.port, '127.0.0.1');
        socket.pause();
        socket.write(`POST /v1/rewards HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${length}\r\n\r\n`);
        if (length.startsWith('transfer')) socket.write(`${body.length.toString(16)}\r\n`);
        socket.write(body, () => socket.once('data', (data) => resolve(data.toString())).resume());
        if (length.startsWith('transfer')) socket.write('\r\n0\r\n\r\n');
        socket.on('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*At most 10000000 bytes are taken; send fewer requests at once/);
    }
    expect((await post(server, [item('a')])).status).toBe(200);
  });

  it('counts nothing for a caller that has gone', async () => {
    const events: RewardEvent[] = [];
    const server = await serve({ observer: (batch) => events.push(...batch) });
    const leaving = AbortSignal.timeout(150);
    const body = JSON.stringify({ requests: [item('a', 'slow', 500)] });
    await expect(fetch(`${server.url}/v1/rewards`, { method: 'POST', body, signal: leaving, headers: json })).rejects.toThrow();
    await wait(600);
    expect(events).toEqual([]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('vtriune_abandoned_items_total 1');
  });
});
