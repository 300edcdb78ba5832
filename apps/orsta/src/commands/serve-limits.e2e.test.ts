// What `orsta serve` does with bodies that are too much, clients that are too slow, web pages, and a disk that is full.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
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

interface ServeOptions {
  readonly given?: readonly string[];
  /** Comes before the command, such as a limit of the shell. */
  readonly before?: string;
  readonly runsDir?: string;
}

/** A service in a process of its own. */
async function serve(options: ServeOptions = {}): Promise<Service> {
  const { given = [], before = '', runsDir = mkdtempSync(join(tmpdir(), 'serve-limits-')) } = options;
  const command = `${before}exec "$0" "$@"`;
  const child = spawn(
    'bash',
    ['-c', command, process.execPath, cli, 'serve', '--port', '0', '--workers', '1', '--runs-dir', runsDir, ...given],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  started.push(child);
  const exit = new Promise<number | null>((ended) => child.on('exit', (code) => ended(code)));
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  return { child, url: /http:\S+?(?=[,;])/.exec(line)?.[0] ?? line, runsDir, exit };
}

function item(id: string, response = '<answer>3</answer>', truth: unknown = 3) {
  return { id, data_source: 's', verifier: 'counting', response, ground_truth: truth };
}
const JSON_HEADERS = { 'content-type': 'application/json' };

/** The status, after as many tries as a busy service asks for. */
async function post(
  url: string,
  body: string | Uint8Array,
  path = '/v1/rewards',
): Promise<{ status: number; refused: number; text: string }> {
  for (let refused = 0; ; refused++) {
    const response = await fetch(url + path, { method: 'POST', headers: JSON_HEADERS, body }).catch(() => undefined);
    const text = response === undefined ? '' : await response.text();
    if (response !== undefined && response.status !== 429) return { status: response.status, refused, text };
    await new Promise((turn) => setTimeout(turn, 300));
  }
}

/** How long `/healthz` takes at most while a task runs, milliseconds. */
async function longestWait(url: string, task: Promise<unknown>): Promise<number> {
  const state = { over: false, longest: 0 };
  void task.finally(() => (state.over = true));
  while (!state.over) {
    const began = performance.now();
    await fetch(`${url}/healthz`);
    state.longest = Math.max(state.longest, performance.now() - began);
    await new Promise((turn) => setTimeout(turn, 10));
  }
  return state.longest;
}

function megabytesOf({ pid }: ChildProcess): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;
}

describe('bodies that are large', () => {
  it('are all answered, nine of 29.5 MB at once, in bounded memory', async () => {
    const { url, child } = await serve({ given: ['--no-record'] });
    const long = 'x'.repeat(7000);
    const requests = Array.from({ length: 4096 }, (_, i) => item(String(i), `${long}<answer>3</answer>`));
    const body = JSON.stringify({ requests });
    expect(body.length).toBeGreaterThan(29e6);
    const answers = await Promise.all(Array.from({ length: 9 }, () => post(url, body)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((JSON.parse(answers[0]?.text ?? '') as { results: unknown[] }).results).toHaveLength(4096);
    expect(megabytesOf(child)).toBeLessThan(2000);
  });

  it.each([
    ['[],', ''],
    ['{},', ''],
    ['0,', '{"requests":['],
    ['{"a":[{}]},', '{"requests":['],
    ['"",', '{"run":"r","requests":['],
  ])('of 31 MB of %s are refused before they are parsed, and nobody waits for it', async (unit, head) => {
    const { url, child } = await serve({ given: ['--no-record'] });
    const body = head + unit.repeat(Math.floor(31e6 / unit.length));
    const answer = post(url, body);
    expect(await longestWait(url, answer)).toBeLessThan(1000);
    expect([0, 413]).toContain((await answer).status);
    expect(megabytesOf(child)).toBeLessThan(600);
    expect((await post(url, JSON.stringify({ requests: [item('a')] }))).status).toBe(200);
  });

  it('take nothing from others while they are only announced', async () => {
    const { url } = await serve({ given: ['--no-record'] });
    const port = Number(new URL(url).port);
    const head = `POST /v1/rewards HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${String(32 * 2 ** 20)}\r\n\r\n{`;
    const slow = Array.from({ length: 64 }, () => {
      let answer = '';
      const socket: Socket = connect(port, '127.0.0.1', () => socket.write(head));
      socket.on('data', (data) => (answer += data.toString())).on('error', () => undefined);
      return new Promise<string>((closed) => socket.on('close', () => closed(answer)));
    });
    await new Promise((turn) => setTimeout(turn, 300));
    const began = performance.now();
    expect(await post(url, JSON.stringify({ requests: [item('a')] }))).toMatchObject({ status: 200, refused: 0 });
    expect(performance.now() - began).toBeLessThan(1000);
    const answers = await Promise.all(slow);
    expect(new Set(answers.map((answer) => answer.split('\r\n')[0]))).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('bodies that are not text', () => {
  it.each([
    ['Latin-1', Buffer.from(JSON.stringify({ requests: [item('a', 'Zürich', 'Zörich')] }), 'latin1')],
    ['a cut character', Buffer.concat([Buffer.from('{"requests":[{"id":"'), Buffer.from([0xc3]), Buffer.from('"}]}')])],
    ['UTF-16', Buffer.from(JSON.stringify({ requests: [] }), 'utf16le')],
    ['an encoded surrogate', Buffer.concat([Buffer.from('{"requests":["'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"]}')])],
  ])('(%s) are 400, on every route that takes one', async (_, body) => {
    const { url } = await serve({ given: ['--no-record'] });
    for (const path of ['/v1/rewards', '/judge', '/get_reward', '/slime', '/verify']) {
      expect(await post(url, body, path)).toMatchObject({ status: 400, text: expect.stringMatching(/UTF-8|not JSON/) });
    }
  });

  it('may begin with a byte order mark', async () => {
    const { url } = await serve({ given: ['--no-record'] });
    expect((await post(url, `\ufeff${JSON.stringify({ requests: [item('a')] })}`)).status).toBe(200);
  });
});

/** A request with headers of our own choice, which `fetch` does not let through. */
function ask(
  url: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<number | undefined> {
  const { method = 'GET', headers = {}, body = '' } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('a service without a token', () => {
  it('is closed to web pages and foreign host names', async () => {
    const { url } = await serve({ given: ['--no-record', '--cors-origins', 'https://lab.example'] });
    const body = JSON.stringify({ requests: [item('a')] });
    const write = (headers: Record<string, string>) =>
      ask(url, '/v1/rewards', { method: 'POST', body, headers: { ...JSON_HEADERS, ...headers } });
    expect(await write({})).toBe(200);
    expect(await write({ host: 'localhost:8700' })).toBe(200);
    expect(await write({ host: '[::1]:8700' })).toBe(200);
    expect(await write({ origin: 'https://lab.example' })).toBe(200);
    for (const host of ['evil.example', 'evil.example:8700', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0']) {
      expect([host, await write({ host })]).toEqual([host, 403]);
      expect([host, await ask(url, '/metrics', { headers: { host } })]).toEqual([host, 403]);
    }
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'https://lab.example.evil', 'https://LAB.example']) {
      expect([origin, await write({ origin })]).toEqual([origin, 403]);
    }
    // What a page can send without being asked about it first.
    for (const type of [
      'text/plain',
      'text/plain;charset=application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      '',
    ]) {
      expect([type, await write({ 'content-type': type })]).toEqual([type, 415]);
    }
    expect(await write({ 'content-type': 'application/json; charset=utf-8' })).toBe(200);
  });

  it('says which methods a path takes', async () => {
    const { url } = await serve({ given: ['--no-record'] });
    for (const [path, method, allow] of [
      ['/v1/rewards', 'GET', 'POST'],
      ['/v1/rewards', 'DELETE', 'POST'],
      ['/healthz', 'POST', 'GET'],
      ['/v1/runs/a/progress', 'PATCH', 'PUT, GET'],
      ['/judge', 'PUT', 'POST'],
    ] as const) {
      const response = await fetch(url + path, { method, headers: JSON_HEADERS });
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, allow]);
    }
    expect((await fetch(`${url}/nowhere`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('records', () => {
  it('that cannot be written because the disk is full are counted, and the caller gets its rewards', async () => {
    const { url, runsDir } = await serve({ before: 'ulimit -f 8; ' });
    const body = (id: string): string => JSON.stringify({ requests: [item(id, 'x'.repeat(6000))] });
    for (let i = 0; i < 4; i++) expect((await post(url, body(String(i)))).status).toBe(200);
    const page = await (await fetch(`${url}/metrics`)).text();
    expect(Number(/vtriune_observer_errors_total (\d+)/.exec(page)?.[1])).toBeGreaterThanOrEqual(2);
    const kept = readFileSync(join(runsDir, 'default/rollouts.jsonl'), 'utf8').split('\n');
    expect(kept.slice(0, -1).map((line) => (JSON.parse(line) as { sample: string }).sample)).toEqual(['0']);
  });

  it('of two services and a training run in one folder stay apart', async () => {
    const first = await serve();
    const second = await serve({ runsDir: first.runsDir });
    const body = (run: string, id: string): string => JSON.stringify({ run, requests: [item(id)] });
    execFileSync('mkdir', [join(first.runsDir, 'trained')]);
    writeFileSync(join(first.runsDir, 'trained/recipe.yaml'), 'name: trained\n');
    for (const { url } of [first, second]) {
      await post(url, body('shared', url));
      await post(url, body('trained', url));
    }
    for (const { child, exit } of [first, second]) {
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    }
    expect(readdirSync(first.runsDir).sort()).toEqual(['shared', 'shared~rewards', 'trained', 'trained~rewards', 'trained~rewards-2']);
    expect(readdirSync(join(first.runsDir, 'trained'))).toEqual(['recipe.yaml']);
  });
});
