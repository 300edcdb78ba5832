import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localServer, type LocalServer } from '../testing/local-server.ts';
import { fetchModel, parseHubName } from './fetch-model.ts';

const ID = 'Qwen/Qwen2.5-VL-3B-Instruct';
const COMMITS = { main: 'a'.repeat(40), 'v1.0': 'b'.repeat(40) } as const;
const WEIGHTS = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 253));

let cacheFolder = '';
let server: LocalServer;
let requests: string[] = [];
let breakAfter: number | undefined;
let listing: readonly object[] = [];

function gitOid(content: Buffer): string {
  return createHash('sha1')
    .update(`blob ${String(content.length)}\0`)
    .update(content)
    .digest('hex');
}

const config = Buffer.from('{"model_type":"qwen2_5_vl"}');
const FILES: Readonly<Record<string, Buffer>> = {
  'config.json': config,
  'model-00001-of-00001.safetensors': WEIGHTS,
  'README.md': Buffer.from('x'),
};

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'hub-'));
  [requests, breakAfter] = [[], undefined];
  listing = Object.entries(FILES).map(([path, content]) => {
    const lfs = { oid: createHash('sha256').update(content).digest('hex'), size: content.length, pointerSize: 1 };
    return { type: 'file', path, size: content.length, oid: gitOid(content), ...(path.endsWith('.safetensors') ? { lfs } : {}) };
  });
  server = await localServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    requests.push(`${url.pathname}${request.headers.range === undefined ? '' : ` ${request.headers.range}`}`);
    const revision = /^\/api\/models\/Qwen\/Qwen2\.5-VL-3B-Instruct\/revision\/(.+)$/.exec(url.pathname)?.[1];
    const commit = Object.entries(COMMITS).find(([name, sha]) => name === revision || sha === revision)?.[1];
    const json = { 'content-type': 'application/json' };
    if (commit !== undefined) response.writeHead(200, json).end(JSON.stringify({ id: ID, _id: '1', sha: commit, likes: 0 }));
    else if (url.pathname.includes('/tree/')) response.writeHead(200, json).end(JSON.stringify(listing));
    else if (url.pathname.startsWith(`/${ID}/resolve/`)) {
      const content = FILES[String(url.pathname.split('/').at(-1))] ?? Buffer.alloc(0);
      const start = Number(/bytes=(\d+)/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start });
      const cut = content === WEIGHTS ? breakAfter : undefined;
      breakAfter = content === WEIGHTS ? undefined : breakAfter;
      if (cut === undefined) response.end(content.subarray(start));
      else response.write(content.subarray(start, start + cut), () => setTimeout(() => response.destroy(), 30));
    } else response.writeHead(404, json).end('{"error":"Repository not found"}');
  });
});
afterEach(async () => {
  await server.close();
  await rm(cacheFolder, { recursive: true });
});

function take(more: Partial<Parameters<typeof fetchModel>[0]> = {}): Promise<string> {
  return fetchModel({ id: ID, cacheFolder, hubUrl: server.url, ...more });
}

describe('fetchModel', () => {
  it('downloads what a model folder needs into the cache that Python shares, and goes on after a break', async () => {
    breakAfter = 40_000;
    const folder = await take();
    expect(folder).toBe(join(cacheFolder, 'models--Qwen--Qwen2.5-VL-3B-Instruct/snapshots', COMMITS.main));
    expect(await readdir(folder)).toEqual(['config.json', 'model-00001-of-00001.safetensors']);
    expect(await readFile(join(folder, 'model-00001-of-00001.safetensors'))).toEqual(WEIGHTS);
    expect(requests.filter((line) => line.includes('bytes=40000-'))).toHaveLength(1);
    const downloads = requests.length;
    await take();
    expect(requests.slice(downloads).filter((line) => line.includes('/resolve/'))).toEqual([]);
  });

  it('keeps revisions apart, and needs no server for one that is whole', async () => {
    expect(await take({ revision: 'v1.0' })).toContain(COMMITS['v1.0']);
    const main = await take({ weights: false });
    expect(existsSync(join(main, 'model-00001-of-00001.safetensors'))).toBe(false);
    await server.close();
    expect(await take({ revision: 'v1.0' })).toContain(COMMITS['v1.0']);
    expect(await take({ revision: COMMITS['v1.0'] })).toContain(COMMITS['v1.0']);
    expect(await take({ weights: false })).toBe(main);
    await expect(take()).rejects.toThrow('the hub does not answer');
  });

  it('refuses a file with another checksum, and says when there is no such model', async () => {
    listing = listing.map((file) => ({ ...file, oid: '0'.repeat(40) }));
    await expect(take()).rejects.toThrow(`and ${'0'.repeat(40)} was announced`);
    await expect(take({ id: 'Qwen/none' })).rejects.toMatchObject({ code: 'download_failed' });
    await expect(take({ id: 'Qwen/none' })).rejects.toThrow('there is no such model or revision, or it is closed. Check the spelling');
    listing = listing.map((file) => ({ ...file, oid: '../../x' }));
    await expect(take()).rejects.toThrow('../../x');
  });
});

describe('parseHubName', () => {
  it('reads a model of the hub, and leaves paths alone', () => {
    expect(parseHubName('hub:Qwen/Qwen2.5-VL-3B-Instruct')).toEqual({ id: ID });
    expect(parseHubName('hub:a/b@refs/pr/1')).toEqual({ id: 'a/b', revision: 'refs/pr/1' });
    expect(parseHubName('models/nano')).toBeUndefined();
    for (const name of ['hub:', 'hub:qwen', 'hub:../b', 'hub:a/b@../x', 'hub:a/b/c'])
      expect(() => parseHubName(name), name).toThrow('hub:OWNER/NAME');
  });
});
