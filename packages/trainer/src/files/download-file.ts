// Downloads one file: goes on where an earlier try ended, tells how far it is, and compares the checksum that the index announced.
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { TrainerError } from '../errors.ts';

/** Called as bytes arrive; `total` is absent where the server does not say. */
export type OnBytes = (done: number, total: number | undefined) => void;

/** A checksum in lower-case hexadecimal: SHA-256, or that of a file in Git (SHA-1 with the size before the bytes). */
export interface Checksum {
  readonly kind: 'sha256' | 'git';
  readonly value: string;
}

/** What to download, and where to. */
export interface DownloadOptions {
  readonly url: string;
  readonly path: string;
  /** What the file's bytes must have. */
  readonly checksum: Checksum;
  /** Sent with the request, such as an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly onBytes?: OnBytes;
  readonly signal?: AbortSignal;
  /** Further tries after a broken connection; each goes on where the last one ended. 4 where absent. */
  readonly retries?: number;
  /** Wait before the first of them in milliseconds, doubled for each further one; 500 where absent. */
  readonly retryDelayMs?: number;
}

/** Downloads a file unless it is there. Throws `download_failed`; what has arrived is kept for the next try, unless its checksum is wrong. */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const { path, checksum } = options;
  // Only a whole file gets the name.
  if (await stat(path).catch(() => undefined)) return;
  const part = `${path}.part`;
  await fetchWithRetries(options, part);
  const found = await checksumOf(part, checksum.kind);
  if (found !== checksum.value) {
    await rm(part, { force: true });
    throw new TrainerError(
      'download_failed',
      `${options.url} has the checksum ${found} (${checksum.kind}), and ${checksum.value} was announced. The file was removed; try again, and if it happens twice, ask who runs the server.`,
    );
  }
  await rename(part, path);
}

/** Checksum of a file, lower-case hexadecimal. */
export async function checksumOf(path: string, kind: Checksum['kind'] = 'sha256'): Promise<string> {
  const hash = createHash(kind === 'git' ? 'sha1' : kind);
  if (kind === 'git') hash.update(`blob ${String(await sizeOf(path))}\0`);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function fetchWithRetries(options: DownloadOptions, part: string): Promise<void> {
  const { retries = 4, retryDelayMs = 500 } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      const { missing } = await fetchRest(options, part);
      if (missing === undefined) return;
      if (attempt >= retries) throw failed(options.url, missing);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof TrainerError || attempt >= retries) throw failed(options.url, error);
    }
    await wait(retryDelayMs * 2 ** attempt, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

/**
 * Asks for the rest of a file. A server that does not know ranges sends the whole file, which then replaces the part. `missing` says how
 * much came where the connection ended early.
 */
async function fetchRest({ url, headers, onBytes, signal }: DownloadOptions, part: string): Promise<{ missing?: string }> {
  const have = await sizeOf(part);
  const response = await fetch(url, {
    headers: { ...headers, ...(have > 0 ? { range: `bytes=${String(have)}-` } : {}) },
    ...(signal === undefined ? {} : { signal }),
  });
  // The part is as long as the file, or longer: the checksum will tell.
  if (response.status === 416) return {};
  if (!response.ok || response.body === null)
    throw new TrainerError('download_failed', `the server answers ${String(response.status)} ${response.statusText}`);
  const resumed = response.status === 206;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const start = resumed ? have : 0;
  const total = Number.isNaN(length) ? undefined : start + length;
  let done = start;
  const file = openSync(part, resumed ? 'a' : 'w');
  try {
    // Written at once: a stream whose connection breaks throws away what nobody has taken yet.
    for await (const chunk of response.body) {
      done += writeAll(file, chunk as Uint8Array);
      onBytes?.(done, total);
    }
  } finally {
    closeSync(file);
  }
  return total === undefined || done === total ? {} : { missing: `the connection ended after ${String(done)} of ${String(total)} bytes` };
}

function writeAll(file: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
  return bytes.length;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function failed(url: string, error: unknown): TrainerError {
  const reason = error instanceof Error ? reasonOf(error) : String(error);
  return new TrainerError(
    'download_failed',
    `${url} could not be downloaded: ${reason}. Check the connection and the address; what has arrived is kept, and the same command goes on with it.`,
    { cause: error },
  );
}

/** The message, with that of its cause: fetch says "fetch failed" and keeps the reason there. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message;
}
