// Two services with one Redis, both real: what one of them is told, the other knows.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from 'redis';
import { afterEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const absent = spawnSync('redis-server', ['--version']).status !== 0;
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function startRedis(port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await new Promise<void>((ready) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) ready();
    });
  });
  return child;
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly runsDir: string;
}

async function serve(redisPort: number): Promise<Service> {
  const runsDir = mkdtempSync(join(tmpdir(), 'serve-redis-'));
  const given = ['serve', '--port', '0', '--workers', '1', '--runs-dir', runsDir, '--redis-url', `redis://127.0.0.1:${redisPort}`];
  const child = spawn(process.execPath, [cli, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  return { child, url: /http:\S+?(?=[,;])/.exec(line)?.[0] ?? line, runsDir };
}

function item(id: string) {
  return { id, data_source: 's', verifier: 'counting', response: '<answer>3</answer>', ground_truth: 3 };
}
async function call({ url }: Service, method: string, path: string, body?: unknown, key?: string) {
  const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
function score(service: Service, ids: readonly string[], key?: string) {
  return call(service, 'POST', '/v1/rewards', { run: 'r', requests: ids.map(item) }, key);
}

describe(absent ? 'services that share a Redis (skipped: there is no redis-server)' : 'services that share a Redis', () => {
  it.skipIf(absent)('share progress, count steps together, and count a call that moves between them once', async () => {
    const port = await freePort();
    await startRedis(port);
    const [one, two] = await Promise.all([serve(port), serve(port)]);
    // Declared at the same time by many workers, at both.
    const declaration = { rewards_per_step: 4, total_steps: 100 };
    const declared = await Promise.all(
      Array.from({ length: 10 }, (_, i) => call(i % 2 === 0 ? one : two, 'PUT', '/v1/runs/r/progress', declaration)),
    );
    expect(declared.map(({ status }) => status)).toEqual(declared.map(() => 200));
    await Promise.all(Array.from({ length: 6 }, (_, i) => score(i % 2 === 0 ? one : two, [`a${i}`, `b${i}`], `k${i}`)));
    for (const service of [one, two]) {
      expect((await call(service, 'GET', '/v1/runs/r/progress')).body).toMatchObject({ counted: 12, step: 3, source: 'inferred' });
    }
    // The answer of `one` was lost, and the call moves to `two`.
    expect((await score(two, ['a0', 'b0'], 'k0')).status).toBe(200);
    expect((await call(one, 'GET', '/v1/runs/r/progress')).body).toMatchObject({ counted: 12 });
    const recorded = [one, two].flatMap(({ runsDir }) => readFileSync(join(runsDir, 'r/rollouts.jsonl'), 'utf8').trim().split('\n'));
    expect(recorded.map((line) => (JSON.parse(line) as { sample: string }).sample).sort()).toEqual(
      Array.from({ length: 6 }, (_, i) => [`a${i}`, `b${i}`])
        .flat()
        .sort(),
    );
    expect((await call(two, 'PUT', '/v1/runs/r/progress', { step: -1 })).status).toBe(400);
  });

  it.skipIf(absent)('record the retry of a call whose service died after it counted and before it recorded', async () => {
    const port = await freePort();
    await startRedis(port);
    const service = await serve(port);
    await call(service, 'PUT', '/v1/runs/r/progress', { rewards_per_step: 4, total_steps: 100 });
    const redis = createClient({ url: `redis://127.0.0.1:${port}` });
    await redis.connect();
    await redis.set('vtriune:answered:r', '2');
    await redis.set('vtriune:call:["r","k"]', 'counted');
    for (const _try of [1, 2, 3]) expect((await score(service, ['a', 'b'], 'k')).status).toBe(200);
    expect((await call(service, 'GET', '/v1/runs/r/progress')).body).toMatchObject({ counted: 2 });
    expect(readFileSync(join(service.runsDir, 'r/rollouts.jsonl'), 'utf8').trim().split('\n')).toHaveLength(2);
    expect(await redis.get('vtriune:call:["r","k"]')).toBe('recorded');
    redis.destroy();
  });

  it.skipIf(absent)('answer 503 while Redis is away, and go on when it is back', async () => {
    const port = await freePort();
    const redis = await startRedis(port);
    const service = await serve(port);
    expect((await score(service, ['a'])).status).toBe(200);
    redis.kill('SIGKILL');
    await new Promise((ended) => redis.once('exit', ended));
    expect(await score(service, ['b'])).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    await startRedis(port);
    const deadline = Date.now() + 20_000;
    while ((await score(service, ['c'])).status !== 200 && Date.now() < deadline) await new Promise((turn) => setTimeout(turn, 100));
    expect((await score(service, ['d'])).status).toBe(200);
    service.child.kill('SIGTERM');
    expect(await new Promise((ended) => service.child.once('exit', ended))).toBe(0);
  });

  it('do not start where no Redis answers', async () => {
    const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--redis-url', `redis://:secret@127.0.0.1:${await freePort()}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await new Promise((ended) => child.on('exit', ended))).toBe(2);
    expect(text).toContain('No Redis answers at 127.0.0.1:');
    expect(text).not.toContain('secret');
  });
});
