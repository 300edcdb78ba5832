// What the dashboard's server does with strangers, paths out of the run folder, damaged files, killed writers and slow clients.
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDashboard, type Dashboard, type DashboardOptions } from '@vtriune/monitor/dashboard';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metricLine, PIXEL, rolloutLine, writeRun } from '../../test/recorded-run.ts';
import type { RunDetails } from './wire.ts';

let folder = '';
const open: Dashboard[] = [];
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(open.splice(0).map((dashboard) => dashboard.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<DashboardOptions> = {}): Promise<string> {
  const dashboard = await startDashboard({ runs: [folder], ...options });
  open.push(dashboard);
  return dashboard.url;
}

/** A request with headers of our own choice, which `fetch` does not let through. */
function ask(url: string, options: { method?: string; headers?: Record<string, string>; body?: string; path?: string } = {}) {
  const { method = 'GET', headers = {}, body = '', path } = options;
  return new Promise<{ status: number | undefined; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(url, { method, headers, ...(path === undefined ? {} : { path }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function details(url: string, run: string): Promise<RunDetails> {
  return (await (await fetch(`${url}api/runs/${run}`)).json()) as RunDetails;
}

describe('who may see it', () => {
  it('is nobody under a foreign name, and no page of another origin', async () => {
    writeRun(join(folder, 'r'), 2);
    const url = await start();
    const { host } = new URL(url);
    for (const path of ['api/runs', 'page.js', 'api/events', 'healthz', '']) {
      for (const foreign of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0'])
        expect([path, foreign, (await ask(url + path, { headers: { host: foreign } })).status]).toEqual([path, foreign, 403]);
      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `http://${host}.evil.example`])
        expect([origin, (await ask(url + path, { headers: { origin } })).status]).toEqual([origin, 403]);
    }
    expect((await ask(`${url}api/runs`, { headers: { origin: `http://${host}` } })).status).toBe(200);
    expect((await ask(`${url}api/runs`, { headers: { host: 'localhost:1' } })).status).toBe(200);
  });

  it('is not served off loopback without a token, nor with an empty one', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com'])
      await expect(startDashboard({ runs: [folder], host })).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(startDashboard({ runs: [folder], token: '  ' })).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('needs the token everywhere, and takes it once from the address', async () => {
    writeRun(join(folder, 'r'), 2);
    const shown = await start({ host: '0.0.0.0', token: 'se cret&' });
    const url = `http://127.0.0.1:${new URL(shown).port}/`;
    for (const path of ['', 'page.js', 'api/runs', 'api/events', 'api/runs/r/files/images/a.png', 'v1/records'])
      expect([path, (await ask(url + path)).status]).toEqual([path, 401]);
    for (const authorization of ['Bearer wrong', 'Bearer', 'Basic c2UgY3JldCY='])
      expect((await ask(`${url}api/runs`, { headers: { authorization } })).status).toBe(401);
    expect((await ask(`${url}api/runs`, { headers: { authorization: 'Bearer se cret&' } })).status).toBe(200);
    const first = await ask(url + new URL(shown).search);
    expect([first.status, first.headers['location']]).toEqual([303, '/']);
    const [cookie = ''] = first.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/i);
    expect((await ask(`${url}api/runs`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
    // A page elsewhere, in a browser that has the cookie.
    expect((await ask(`${url}api/runs`, { headers: { cookie: cookie.split(';')[0] ?? '', origin: 'https://evil.example' } })).status).toBe(
      403,
    );
  });

  it('may load nothing from elsewhere and run no script of a record', async () => {
    const { headers } = await ask(await start());
    expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('files', () => {
  it('are images that are really in the run folder, and nothing else', async () => {
    const run = join(folder, 'r');
    writeRun(run, 1);
    writeFileSync(join(folder, 'secret.png'), PIXEL);
    writeFileSync(join(run, 'images/page.png'), '<script>alert(1)</script>');
    writeFileSync(join(run, 'images/drawn.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    symlinkSync(join(folder, 'secret.png'), join(run, 'images/link.png'));
    symlinkSync('/etc', join(run, 'etc'));
    mkdirSync(join(run, 'images/folder.png'));
    const url = await start();
    const status = async (path: string): Promise<number | undefined> => (await ask(url, { path: `/api/runs/r/files/${path}` })).status;
    const image = await ask(url, { path: '/api/runs/r/files/images/a.png' });
    expect([image.status, image.headers['content-type']]).toEqual([200, 'image/png']);
    for (const path of [
      '../secret.png',
      '..%2fsecret.png',
      '%2e%2e/secret.png',
      'images/../../secret.png',
      'images%2f..%2f..%2fsecret.png',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'etc/passwd',
      'images/link.png',
      'images/page.png',
      'images/drawn.svg',
      'images/folder.png',
      'metrics.jsonl',
      'images/a.png%00',
      'images/none.png',
      '',
      '%',
      '%ff.png',
    ])
      expect([path, await status(path)]).toEqual([path, path === '%' || path === '%ff.png' ? expect.any(Number) : 404]);
    for (const path of ['%', '%ff.png']) expect(await status(path)).toBeGreaterThanOrEqual(400);
    expect((await ask(url, { path: '/api/runs/..%2f..%2fetc/files/passwd.png' })).status).toBe(404);
  });
});

describe('records', () => {
  it('of a writer that was killed are all shown; its half line is skipped and counted', async () => {
    const run = join(folder, 'killed');
    mkdirSync(run);
    const path = join(run, 'metrics.jsonl');
    // Appends line after line, and half a line after each, which the next write completes.
    const script = `const { appendFileSync } = require('node:fs'); let step = 0;
      const line = () => JSON.stringify({ run: 'r', step: step++, source: 'all', split: 'train', name: 'reward/total', value: 1 }) + '\\n';
      let rest = ''; setInterval(() => { const next = line(); appendFileSync(${JSON.stringify(path)}, rest + next.slice(0, 20)); rest = next.slice(20); }, 2);`;
    const writer = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
    children.push(writer);
    await expect
      .poll(
        () => {
          try {
            return readFileSync(path, 'utf8').split('\n').length;
          } catch {
            return 0;
          }
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(50);
    const ended = new Promise((done) => writer.once('exit', done));
    writer.kill('SIGKILL');
    await ended;
    const lines = readFileSync(path, 'utf8').split('\n');
    const url = await start();
    const shown = await details(url, 'killed');
    expect([shown.counts.metrics, shown.skipped]).toEqual([lines.length - 1, { bad: 0, partial: 1 }]);
    // Another process goes on without mending the line: that line is lost, and said to be.
    appendFileSync(path, metricLine(1000, 3) + metricLine(1001, 4));
    const later = await details(url, 'killed');
    expect([later.counts.metrics, later.lastStep, later.skipped]).toEqual([lines.length, 1001, { bad: 1, partial: 0 }]);
  });

  it('that are garbage are counted, in each file', async () => {
    const run = join(folder, 'r');
    writeRun(run, 3);
    const before = (await details(await start(), 'r')).counts;
    for (const name of ['metrics', 'rollouts', 'alarms']) appendFileSync(join(run, `${name}.jsonl`), 'no json\n{"step":1}\n\u0000\n');
    const { counts, skipped } = await details(await start(), 'r');
    // `{"step":1}` may be the beginning of a rollout of another version; it is left out when the step is looked at.
    expect([counts.metrics, counts.alarms]).toEqual([before.metrics, before.alarms]);
    expect(skipped.bad).toBeGreaterThanOrEqual(8);
    const page = (await (await fetch(`${open[0]?.url ?? ''}api/runs/r/rollouts?step=1`)).json()) as { groups: { rollouts: unknown[] }[] };
    expect(page.groups.flatMap(({ rollouts }) => rollouts)).toHaveLength(4);
  });

  it('follow a run that was resumed: later steps are gone', async () => {
    const run = join(folder, 'r');
    writeRun(run, 9);
    const url = await start();
    expect((await details(url, 'r')).lastStep).toBe(9);
    rmSync(join(run, 'rollouts.jsonl'));
    writeRun(run, 4);
    const { lastStep, steps } = await details(url, 'r');
    expect([lastStep, steps.length]).toEqual([4, 4]);
  });

  it('tell every open page that there are more', async () => {
    const run = join(folder, 'r');
    writeRun(run, 2);
    const url = await start();
    await details(url, 'r');
    const events = await fetch(`${url}api/events`);
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = '';
    const hear = async (text: string): Promise<void> => {
      while (!heard.includes(text)) heard += (await reader?.read())?.value ?? '';
    };
    await hear('event: hello');
    appendFileSync(join(run, 'metrics.jsonl'), metricLine(3, 0.5));
    // Another page reads the news before this one is told.
    expect((await details(url, 'r')).lastStep).toBe(3);
    heard = '';
    await hear('event: changed\ndata: ["r"]');
    await reader?.cancel();
  });

  it('of a million lines are there in two seconds of work', async () => {
    const run = join(folder, 'large');
    mkdirSync(run);
    for (let part = 0; part < 10; part++)
      appendFileSync(
        join(run, 'metrics.jsonl'),
        Array.from({ length: 50_000 }, (_, i) =>
          metricLine(part * 500 + Math.floor(i / 100), Math.random(), { source: `s${String(i % 100)}` }),
        ).join(''),
      );
    const filler = { response: 'x'.repeat(300) };
    for (let part = 0; part < 10; part++)
      appendFileSync(
        join(run, 'rollouts.jsonl'),
        Array.from({ length: 50_000 }, (_, i) => rolloutLine(part * 500 + Math.floor(i / 100), i, filler)).join(''),
      );
    const url = await start();
    const began = process.cpuUsage();
    const { counts } = await details(url, 'large');
    const { user, system } = process.cpuUsage(began);
    expect(counts).toMatchObject({ metrics: 500_000, rollouts: 500_000 });
    // Work and not time: other tests run on this machine meanwhile.
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});

describe('requests', () => {
  it.each([
    ['GET', 'nowhere', 404],
    ['POST', 'api/runs', 405],
    ['DELETE', 'api/curves', 405],
    ['GET', 'api/runs/none', 404],
    ['GET', 'api/runs/r/rollouts', 400],
    ['GET', 'api/runs/r/rollouts?step=-1', 400],
    ['GET', 'api/runs/r/rollouts?step=1&limit=1e9', 400],
    ['GET', 'api/runs/r/rollouts?step=1&outcome=good', 400],
    ['GET', 'api/runs/r/rollouts?step=99999', 200],
    ['POST', 'v1/records', 415],
  ])('%s /%s is %i, with a reason', async (method, path, status) => {
    writeRun(join(folder, 'r'), 1);
    const answer = await ask((await start()) + path, { method });
    expect(answer.status).toBe(status);
    if (status >= 400) expect(JSON.parse(answer.text)).toEqual({ error: expect.stringMatching(/.{10}/) });
  });

  it.each([
    ['not JSON', '{'],
    ['no charts', '{}'],
    ['a series that is none', '{"charts":[[["r","all"]]]}'],
    ['smoothing of 1', '{"charts":[],"smoothing":1}'],
    ['a width that would fill the memory', '{"charts":[],"width":1e9}'],
    ['an edge that is none', '{"charts":[],"from":"a"}'],
    ['too many charts', JSON.stringify({ charts: Array.from({ length: 401 }, () => []) })],
  ])('for curves with %s are 400', async (_, body) => {
    const answer = await ask(`${await start()}api/curves`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect([answer.status, typeof (JSON.parse(answer.text) as { error: unknown }).error]).toEqual([400, 'string']);
  });

  it('that are too large are refused, and slow ones hold nobody up', async () => {
    writeRun(join(folder, 'r'), 1);
    const url = await start({ ingest: () => Promise.resolve({}) });
    const headers = { 'content-type': 'application/x-ndjson' };
    expect((await ask(`${url}api/curves`, { method: 'POST', headers, body: 'x'.repeat(5 * 2 ** 20) })).status).toBe(413);
    const port = Number(new URL(url).port);
    const slow = Array.from({ length: 50 }, () => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `POST /v1/records HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-ndjson\r\ncontent-length: 9000000\r\n\r\n{`,
        ),
      );
      return socket.on('error', () => undefined);
    });
    await Promise.all(slow.map((socket) => once(socket, 'connect')));
    // Answered while all of them still wait.
    expect((await details(url, 'r')).counts.metrics).toBe(5);
    expect(slow.every(({ readyState }) => readyState === 'open')).toBe(true);
    for (const socket of slow) socket.destroy();
  });

  it('with records go on to whoever takes them, as text that is UTF-8', async () => {
    const bodies: string[] = [];
    const url = await start({ ingest: (body) => Promise.resolve({ length: bodies.push(body) }) });
    const post = (body: string | Uint8Array, type = 'application/x-ndjson') =>
      fetch(`${url}v1/records`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(await (await post(metricLine(1, 1))).json()).toEqual({ length: 1 });
    expect((await post(Buffer.from('Zürich', 'latin1'))).status).toBe(400);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect((await post('{}', type)).status).toBe(415);
    expect(bodies).toEqual([metricLine(1, 1)]);
    expect(
      (await fetch(`${await start()}v1/records`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status,
    ).toBe(503);
  });

  it('for events are bounded, and ended by closing', async () => {
    const url = await start();
    const streams = await Promise.all(Array.from({ length: 64 }, () => fetch(`${url}api/events`)));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    expect((await fetch(`${url}api/events`)).status).toBe(503);
    await streams[0]?.body?.cancel();
    await expect
      .poll(
        async () => {
          const again = await fetch(`${url}api/events`);
          await again.body?.cancel();
          return again.status;
        },
        { timeout: 10_000 },
      )
      .toBe(200);
  });
});
