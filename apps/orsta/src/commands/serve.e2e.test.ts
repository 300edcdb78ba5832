import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRewardClient, type RewardRequest } from '@vtriune/verifiers/client';
import { afterEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const hostile = fileURLToPath(new URL('../../../../packages/verifiers/test/fixtures/plugins/hostile.mjs', import.meta.url));
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly runsDir: string;
  readonly exit: Promise<number | null>;
}

async function serve(given: readonly string[] = [], runsDir = mkdtempSync(join(tmpdir(), 'serve-e2e-'))): Promise<Service> {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--runs-dir', runsDir, '--plugins', hostile, ...given], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  const exit = new Promise<number | null>((ended) => child.on('exit', (code) => ended(code)));
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  return { child, url: /http:\S+?(?=[,;])/.exec(line)?.[0] ?? line, runsDir, exit };
}

function item(id: string, verifier: string, step = 1): RewardRequest {
  return {
    id,
    data_source: verifier,
    verifier,
    response: '\\boxed{7}',
    ground_truth: '7',
    progress: { step, total_steps: 10 },
  };
}

function post(url: string, body: string): Promise<Response> {
  return fetch(`${url}/v1/rewards`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

/** The sum of a metric over all steps of a source. */
function total(runsDir: string, run: string, source: string, name: string): number {
  const text = readFileSync(join(runsDir, run, 'metrics.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter((record) => record.source === source && record.name === name)
    .reduce((sum, record) => sum + Number(record.value), 0);
}

describe('orsta serve', () => {
  it('loses only the item that hangs, takes all memory or ends its worker', async () => {
    const { url, child, exit, runsDir } = await serve(['--deadline-ms', '1000']);
    const client = createRewardClient({ urls: [url], run: 'faults', timeoutMs: 60_000 });
    const bad = ['loop', 'hog', 'exit', 'throws', 'no-such'];
    const results = await client.score([...bad, ...Array.from({ length: 40 }, () => 'mathverify')].map((name, i) => item(String(i), name)));
    const codes = results.map((result) => (result.status === 'failed' ? result.error.code : result.reward));
    expect(codes.slice(0, 5)).toEqual([
      'timeout',
      expect.stringMatching(/timeout|verifier_error/),
      'verifier_error',
      'verifier_error',
      'unknown_verifier',
    ]);
    expect(codes.slice(5)).toEqual(Array.from({ length: 40 }, () => 1));
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(total(runsDir, 'faults', 'mathverify', 'reward/scored')).toBe(40);
    expect(total(runsDir, 'faults', 'all', 'reward/failed')).toBe(5);
  });

  it('refuses what is not JSON, too large or too slow, and goes on', async () => {
    const { url } = await serve(['--max-body-mb', '1']);
    const malformed = await post(url, '{"requests": [');
    expect(malformed.status).toBe(400);
    expect(await malformed.json()).toMatchObject({ error: { code: 'invalid_body' } });
    expect(await announce(url, 100 * 1024 * 1024)).toBe(413);
    // The service answers and hangs up; a client that is still sending may see the one or the other first.
    expect([413, 'reset']).toContain(await sendEndless(url, 100 * 1024 * 1024));
    // A client that sends half a request and then nothing must not keep the others waiting.
    const slow = createConnection(Number(new URL(url).port), '127.0.0.1');
    slow.on('error', () => undefined);
    slow.write('POST /v1/rewards HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"requ');
    const answer = await post(url, JSON.stringify({ requests: [item('a', 'counting')] }));
    expect(await answer.json()).toMatchObject({ results: [{ id: 'a', status: 'scored', reward: 1 }] });
    slow.destroy();
  });

  it('answers what is under way after SIGTERM, and takes nothing new', async () => {
    const { url, child, exit, runsDir } = await serve();
    const items = Array.from({ length: 8 }, (_, i) => ({ ...item(String(i), 'slow'), ground_truth: '300' }));
    const underWay = post(url, JSON.stringify({ run: 'drain', requests: items }));
    await new Promise((done) => setTimeout(done, 250));
    child.kill('SIGTERM');
    const body = (await (await underWay).json()) as { results: { status: string }[] };
    expect(body.results.map(({ status }) => status)).toEqual(items.map(() => 'scored'));
    expect(await exit).toBe(0);
    expect(total(runsDir, 'drain', 'slow', 'reward/scored')).toBe(8);
  });

  it('is ended under load: what it answered is in the records, what it refused is not, and nothing is half', async () => {
    const { url, child, exit, runsDir } = await serve();
    let answered = 0;
    const refused: (number | string)[] = [];
    const caller = async (name: number): Promise<void> => {
      for (let call = 0; ; call++) {
        const requests = Array.from({ length: 20 }, (_, i) =>
          item(`${String(name)}-${String(call)}-${String(i)}`, i % 2 === 0 ? 'mathverify' : 'counting'),
        );
        const response = await post(url, JSON.stringify({ run: 'load', requests })).catch(() => 'no connection');
        if (typeof response === 'string' || response.status !== 200) {
          refused.push(typeof response === 'string' ? response : response.status);
          return;
        }
        const body = (await response.json()) as { results: { status: string }[] };
        answered += body.results.filter(({ status }) => status === 'scored').length;
        if (name === 0 && call === 3) child.kill('SIGTERM');
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, name) => caller(name)));
    expect(await exit).toBe(0);
    expect(answered).toBeGreaterThan(80);
    expect(refused.every((reason) => reason === 503 || reason === 'no connection')).toBe(true);
    expect(total(runsDir, 'load', 'all', 'reward/scored')).toBe(answered);
    expect(total(runsDir, 'load', 'all', 'reward/failed')).toBe(0);
  });

  it('takes its settings from a file, and logs every request when it is asked to', async () => {
    const config = join(mkdtempSync(join(tmpdir(), 'serve-config-')), 'serve.yaml');
    writeFileSync(config, 'record: false\nrun: filed\n');
    const given = ['serve', '--port', '0', '--config', config, '--verbose'];
    const child = spawn(process.execPath, [cli, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
    started.push(child);
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
    expect(line).not.toContain('runs in');
    const url = /http:\S+?(?=[,;])/.exec(line)?.[0] ?? line;
    await post(url, JSON.stringify({ requests: [item('a', 'counting')] }));
    await expect.poll(() => log).toContain('"route":"/v1/rewards"');
    expect(log).toContain('"run":"filed"');
    // Neither responses nor ground truths are in it.
    expect(log).not.toContain('boxed');
  });

  it.each([
    ['--rewards-per-step', '0', 'rewardsPerStep is 0'],
    ['--max-body-mb', '0', 'maxBodyMb is 0'],
    ['--run', '', 'run is ""'],
    ['--port', '65536', 'port is 65536'],
  ])('does not start with %s %s', async (option, value, message) => {
    const child = spawn(process.execPath, [cli, 'serve', '--port', '0', option, value], { stdio: ['ignore', 'ignore', 'pipe'] });
    started.push(child);
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await new Promise((ended) => child.on('exit', ended))).toBe(2);
    expect(text).toContain(`command line: ${message}`);
  });

  it('is killed and started again while clients retry: nothing is lost and nothing counted twice', async () => {
    const first = await serve();
    const port = new URL(first.url).port;
    const client = createRewardClient({ urls: [first.url], run: 'restart', retries: 40, timeoutMs: 60_000, batchSize: 5 });
    const batches = Array.from({ length: 30 }, (_, b) => Array.from({ length: 10 }, (__, i) => item(`${b}-${i}`, 'counting', 1 + (b % 3))));
    const asked = batches.map(async (batch, b) => {
      await new Promise((done) => setTimeout(done, 20 * b));
      return client.score(batch);
    });
    await new Promise((done) => setTimeout(done, 300));
    first.child.kill('SIGKILL');
    await first.exit;
    const second = await serve(['--port', port], first.runsDir);
    const results = (await Promise.all(asked)).flat();
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    expect(total(first.runsDir, 'restart', 'counting', 'reward/scored')).toBe(300);
    expect(total(first.runsDir, 'restart', 'counting', 'reward/failed')).toBe(0);
  });

  it('counts once what is asked for again because its answer was lost', async () => {
    const { url, child, exit, runsDir } = await serve();
    const lossy = await losingAnswers(url, 2);
    const client = createRewardClient({ urls: [lossy.url], run: 'lossy', retries: 10, batchSize: 5 });
    const results = await client.score(Array.from({ length: 10 }, (_, i) => item(String(i), 'counting')));
    expect(results.map(({ status }) => status)).toEqual(results.map(() => 'scored'));
    expect(lossy.lost()).toBe(2);
    const page = await (await fetch(`${url}/metrics`)).text();
    expect(page).toContain('vtriune_rewards_total{verifier="counting",source="counting",status="scored",code=""} 10');
    expect(page).toContain('vtriune_repeated_items_total 10');
    lossy.close();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(total(runsDir, 'lossy', 'counting', 'reward/scored')).toBe(10);
  });

  it('needs a token where others can reach it, and says so', async () => {
    const child = spawn(process.execPath, [cli, 'serve', '--host', '0.0.0.0', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await new Promise((ended) => child.on('exit', ended))).toBe(1);
    expect(text).toContain('Set a token');
    const { url, runsDir } = await serve(['--token', 'secret', '--no-record']);
    expect((await post(url, '{"requests":[]}')).status).toBe(401);
    const [result] = await createRewardClient({ urls: [url], token: 'secret' }).score([item('a', 'counting')]);
    expect(result).toMatchObject({ status: 'scored', reward: 1 });
    expect(existsSync(join(runsDir, 'default'))).toBe(false);
  });
});

/** A proxy that hangs up instead of passing on the first `count` answers to a POST, after they have come in whole. */
async function losingAnswers(target: string, count: number): Promise<{ url: string; lost: () => number; close: () => void }> {
  let lost = 0;
  const proxy = createServer((incoming, outgoing) => {
    const forward = request(`${target}${incoming.url ?? ''}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        if (incoming.method === 'POST' && lost < count) {
          lost += 1;
          incoming.socket.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        outgoing.end(Buffer.concat(parts));
      });
    });
    incoming.pipe(forward);
  });
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${String(port)}`, lost: () => lost, close: () => proxy.close() };
}

/** Says that a body of that size will come, and waits for the answer before it sends any. */
function announce(url: string, bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': bytes };
    const sent = request(`${url}/v1/rewards`, { method: 'POST', headers });
    sent.on('response', (answer) => {
      resolve(answer.statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    sent.flushHeaders();
  });
}

/** Sends a body of that size without saying how long it is; resolves to the status of the answer, or to how the connection ended. */
function sendEndless(url: string, bytes: number): Promise<number | 'reset' | undefined> {
  return new Promise((resolve) => {
    const sent = request(`${url}/v1/rewards`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    const chunk = Buffer.alloc(65_536, 0x20);
    let left = bytes;
    const more = (): void => {
      if (sent.destroyed) return;
      if (left <= 0) {
        sent.end();
        return;
      }
      left -= chunk.length;
      if (sent.write(chunk)) setImmediate(more);
      else sent.once('drain', more);
    };
    sent.on('response', (answer) => {
      resolve(answer.statusCode);
      sent.destroy();
    });
    sent.on('error', () => resolve('reset'));
    more();
  });
}
