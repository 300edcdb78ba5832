import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localServer, type LocalServer } from '../../testing/local-server.ts';
import { storedZip } from '../../testing/stored-zip.ts';
import { downloadFile } from '../../files/download-file.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { pipIndexUrl } from './pip-settings.ts';
import { readFromWheel, unpackWheel } from './unpack-wheel.ts';
import { findWheel } from './wheel-index.ts';

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const WHEEL = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';

let folder = '';
let server: LocalServer;
/** Bytes after which the connection breaks, one for each coming request; whole where there is none. */
let breaks: number[] = [];
let ranges: (string | undefined)[] = [];
let index: { type: string; text: string; status?: number } = { type: 'application/vnd.pypi.simple.v1+json', text: '' };

function sendRest(response: ServerResponse, range: string | undefined): void {
  ranges.push(range);
  const start = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  const rest = CONTENT.subarray(start);
  const cut = breaks.shift();
  response.writeHead(range === undefined ? 200 : 206, { 'content-length': rest.length });
  if (cut === undefined) response.end(rest);
  else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
  [breaks, ranges] = [[], []];
  const file = { filename: WHEEL, url: `../../files/${WHEEL}`, hashes: { sha256: SHA256 } };
  const others = ['cp310-cp310-manylinux_2_27_x86_64', 'cp311-cp311-win_amd64'].map((tag) => ({
    ...file,
    filename: `tensorflow_cpu-2.21.0-${tag}.whl`,
  }));
  index = {
    type: 'application/vnd.pypi.simple.v1+json',
    text: JSON.stringify({ files: [...others, file, { filename: 'no-checksum.whl' }] }),
  };
  server = await localServer((request, response) => {
    if (request.url?.startsWith('/files/') === true) sendRest(response, request.headers.range);
    else response.writeHead(index.status ?? 200, { 'content-type': index.type }).end(index.text);
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function download(sha256 = SHA256): Promise<void> {
  return downloadFile({
    url: `${server.url}/files/x`,
    path: join(folder, 'x'),
    checksum: { kind: 'sha256', value: sha256 },
    retries: 2,
    retryDelayMs: 1,
  });
}

describe('downloadFile', () => {
  it('goes on where the connection broke, and says how far it is', async () => {
    breaks = [50_000, 70_000];
    const seen: number[] = [];
    await downloadFile({
      url: `${server.url}/files/x`,
      path: join(folder, 'x'),
      checksum: { kind: 'sha256', value: SHA256 },
      retries: 2,
      retryDelayMs: 1,
      onBytes: (done, total) => {
        expect(total).toBe(CONTENT.length);
        seen.push(done);
      },
    });
    expect(await readFile(join(folder, 'x'))).toEqual(CONTENT);
    expect(ranges).toEqual([undefined, 'bytes=50000-', 'bytes=120000-']);
    expect(seen.at(-1)).toBe(CONTENT.length);
  });

  it('keeps what has arrived when it gives up, and the next call goes on with it', async () => {
    breaks = [10_000, 10_000, 10_000];
    await expect(download()).rejects.toMatchObject({ code: 'download_failed' });
    expect(await readdir(folder)).toEqual(['x.part']);
    await download();
    expect(ranges.at(-1)).toBe('bytes=30000-');
    expect(await readdir(folder)).toEqual(['x']);
    await download();
    expect(ranges.length).toBe(4);
  });

  it('refuses a file with another checksum and removes it', async () => {
    await expect(download('0'.repeat(64))).rejects.toThrow(`has the checksum ${SHA256} (sha256), and 000`);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the answer of a server that has no such file', async () => {
    index.status = 404;
    const missing = downloadFile({ url: `${server.url}/none`, path: join(folder, 'x'), checksum: { kind: 'sha256', value: SHA256 } });
    await expect(missing).rejects.toThrow('could not be downloaded: the server answers 404');
  });
});

describe('findWheel', () => {
  const query = (version = '2.21.0') => findWheel({ indexUrl: `${server.url}/simple/`, project: 'tensorflow-cpu', version });

  it('reads an index in JSON', async () => {
    expect(await query()).toEqual({ filename: WHEEL, sha256: SHA256, url: `${server.url}/files/${WHEEL}` });
  });

  it('reads an index in HTML', async () => {
    index = {
      type: 'text/html',
      text: `<h1>x</h1><a href="../../files/${WHEEL}#sha256=${SHA256}" data-requires-python="&gt;=3">${WHEEL}</a>`,
    };
    expect(await query()).toEqual({ filename: WHEEL, sha256: SHA256, url: `${server.url}/files/${WHEEL}` });
  });

  it('says what it has instead, and what is wrong with an index', async () => {
    await expect(query('9.9.9')).rejects.toThrow('has no wheel of tensorflow-cpu 9.9.9 for Linux on x86-64. It has 2.21.0');
    index = { type: 'application/json', text: '{' };
    await expect(query()).rejects.toThrow('its answer is not whole JSON');
    index = { type: 'application/json', text: '{}' };
    await expect(query()).rejects.toThrow('its answer has no list of files');
    index = { type: 'text/plain', text: 'gone', status: 503 };
    await expect(query()).rejects.toThrow('it answers 503');
    await expect(findWheel({ indexUrl: 'http://127.0.0.1:1', project: 'x', version: '1' })).rejects.toThrow('it does not answer');
  });
});

describe('fetchWheel', () => {
  it('reads the index where there is no pip, and takes what is there already', async () => {
    const options = { indexUrl: `${server.url}/simple`, python: 'no-such-python', project: 'tensorflow-cpu', version: '2.21.0', folder };
    expect(await fetchWheel(options)).toEqual({ path: join(folder, WHEEL), filename: WHEEL, sha256: SHA256 });
    await server.close();
    expect(await fetchWheel(options)).toMatchObject({ filename: WHEEL });
  });
});

describe('pipIndexUrl', () => {
  it('takes the variable, then the configuration file, then the public index', async () => {
    const file = join(folder, 'pip.conf');
    await writeFile(file, '[install]\nindex-url = http://wrong\n[global]\ntimeout = 60\nindex-url = http://mine/simple\n');
    const named = { PIP_CONFIG_FILE: file };
    expect(await pipIndexUrl({ environment: { ...named, PIP_INDEX_URL: 'http://first' }, home: folder })).toBe('http://first');
    expect(await pipIndexUrl({ environment: named, home: folder })).toBe('http://mine/simple');
    await writeFile(file, '[global]\nextra-index-url = http://other\n');
    expect(await pipIndexUrl({ environment: named, home: folder })).toBe('https://pypi.org/simple');
  });
});

describe('unpackWheel', () => {
  it('unpacks what is wanted and nothing else', async () => {
    const wheel = join(folder, 'x.whl');
    await writeFile(wheel, storedZip({ 'a/one.txt': 'one', 'a/two.txt': 'two', 'x.dist-info/METADATA': 'Name: x' }));
    const seen: number[][] = [];
    const wanted = (path: string): boolean => path === 'a/two.txt';
    expect(await unpackWheel({ wheel, folder, wanted, onBytes: (...bytes) => seen.push(bytes) })).toEqual(['a/two.txt']);
    expect(await readdir(join(folder, 'a'))).toEqual(['two.txt']);
    expect(await readFile(join(folder, 'a/two.txt'), 'utf8')).toBe('two');
    expect(seen).toEqual([[3, 3]]);
    expect(await readFromWheel(wheel, '.dist-info/METADATA')).toBe('Name: x');
    expect(await readFromWheel(wheel, 'none')).toBeUndefined();
  });

  it('refuses a damaged wheel, and one whose paths leave the folder', async () => {
    const wheel = join(folder, 'x.whl');
    const all = { wheel, folder, wanted: () => true };
    await writeFile(wheel, storedZip({ a: 'one' }).subarray(0, 40));
    await expect(unpackWheel(all)).rejects.toMatchObject({ code: 'backend_install' });
    await writeFile(wheel, storedZip({ '../out': 'one' }));
    await expect(unpackWheel(all)).rejects.toThrow('../out');
  });
});
