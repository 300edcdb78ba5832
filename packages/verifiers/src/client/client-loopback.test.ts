// The client against real servers on loopback that misbehave: sockets and headers as they are, not as a fake says.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { requestsOf, resultsOf } from '../../test/fake-servers.ts';
import type { RewardRequest } from '../contract.ts';
import { createRewardClient } from './client.ts';

type Handler = (call: { count: number; answer: () => void; request: IncomingMessage; response: ServerResponse }) => void;

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server on a free port. `handle` gets each scoring call with its number and a way to answer it well. */
async function listen(
  handle: Handler,
  port = 0,
): Promise<{ url: string; port: number; calls: () => number; close: () => Promise<unknown> }> {
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url !== '/v1/rewards') return void response.end('{}');
      const body: { requests: RewardRequest[] } = JSON.parse(Buffer.concat(chunks).toString());
      handle({ count: count++, request, response, answer: () => response.end(JSON.stringify({ results: resultsOf(body.requests) })) });
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const taken = (server.address() as AddressInfo).port;
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${taken}`, port: taken, calls: () => count, close };
}

const well: Handler = ({ answer }) => answer();

describe('createRewardClient, on loopback', () => {
  it('survives connections that are dropped', async () => {
    const drops = await listen(({ count, request, answer }) => (count < 2 ? void request.socket.destroy() : answer()));
    const client = createRewardClient({ urls: [drops.url] });
    expect(await client.score(requestsOf(3))).toEqual(resultsOf(requestsOf(3)));
    expect(drops.calls()).toBe(3);
  });

  it('survives an answer that breaks off in the middle', async () => {
    const breaksOff = await listen(({ count, response, request, answer }) => {
      if (count > 0) return answer();
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"results": [', () => request.socket.destroy());
    });
    expect(await createRewardClient({ urls: [breaksOff.url] }).score(requestsOf(2))).toEqual(resultsOf(requestsOf(2)));
  });

  it('leaves a slow server for another', async () => {
    const slow = await listen(() => undefined);
    const fast = await listen(well);
    const client = createRewardClient({ urls: [slow.url, fast.url], timeoutMs: 100 });
    expect(await client.score(requestsOf(4))).toEqual(resultsOf(requestsOf(4)));
    expect([slow.calls(), fast.calls()]).toEqual([1, 2]);
  });

  it('comes back after a 503', async () => {
    const busy = await listen(({ count, response, answer }) => {
      if (count > 0) return answer();
      response.writeHead(503, { 'retry-after': '0' });
      response.end('{"error": {"code": "unavailable", "message": "draining"}}');
    });
    expect(await createRewardClient({ urls: [busy.url] }).score(requestsOf(2))).toEqual(resultsOf(requestsOf(2)));
    expect(busy.calls()).toBe(2);
  });

  it('does with one of two servers when the other is dead', async () => {
    const dead = await listen(well);
    const alive = await listen(well);
    await dead.close();
    const client = createRewardClient({ urls: [dead.url, alive.url], batchSize: 5 });
    const requests = requestsOf(100);
    expect(await client.score(requests)).toEqual(resultsOf(requests));
    expect(await client.health()).toMatchObject([{ ready: false, message: expect.stringContaining('ECONNREFUSED') }, { ready: true }]);
  });

  it('waits for a server that restarts', async () => {
    const first = await listen(well);
    const client = createRewardClient({ urls: [first.url] });
    await client.score(requestsOf(1));
    await first.close();
    const scored = client.score(requestsOf(2));
    await new Promise((resolve) => setTimeout(resolve, 150));
    await listen(well, first.port);
    expect(await scored).toEqual(resultsOf(requestsOf(2)));
  });
});
