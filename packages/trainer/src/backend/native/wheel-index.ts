// Finds a wheel in a Python package index by its own protocol (the "simple repository" in JSON, PEP 691, or in HTML, PEP 503).
import { TrainerError } from '../../errors.ts';

/** Where pip looks unless it is told otherwise. */
export const DEFAULT_INDEX = 'https://pypi.org/simple';

/** A file of an index. */
export interface WheelFile {
  readonly filename: string;
  readonly url: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Which wheel is wanted. */
export interface WheelQuery {
  readonly indexUrl: string;
  /** Name in the index, such as `tensorflow-cpu`. */
  readonly project: string;
  readonly version: string;
  readonly signal?: AbortSignal;
}

const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';
/** The Python version does not matter for what is taken out of a wheel; one is named so that the same file is taken everywhere. */
const PREFERRED_TAG = 'cp311';

/**
 * The wheel of a version for 64-bit x86 Linux. Throws `download_failed` where the index cannot be read or does not have it; the message lists
 * what it has instead.
 */
export async function findWheel(query: WheelQuery): Promise<WheelFile> {
  const page = `${query.indexUrl.replace(/\/+$/, '')}/${query.project}/`;
  const files = await readIndex(page, query.signal);
  const wheels = files.filter(({ filename }) => fitsLinux(filename));
  const named = wheels.filter(({ filename }) => filename.split('-')[1] === query.version);
  const wheel = named.find(({ filename }) => filename.includes(`-${PREFERRED_TAG}-`)) ?? named.at(-1);
  if (wheel !== undefined) return wheel;
  const versions = [...new Set(wheels.map(({ filename }) => String(filename.split('-')[1])))];
  throw new TrainerError(
    'download_failed',
    `${page} has no wheel of ${query.project} ${query.version} for Linux on x86-64. It has ${versions.length === 0 ? 'none for it at all' : versions.slice(-8).join(', ')}. Name one of its versions with --version.`,
  );
}

function fitsLinux(filename: string): boolean {
  return /-(?:manylinux[^-]*_x86_64|py3-none-manylinux[^-]*_x86_64)\.whl$/.test(filename);
}

async function readIndex(page: string, signal: AbortSignal | undefined): Promise<WheelFile[]> {
  let response: Response;
  try {
    response = await fetch(page, { headers: { accept: ACCEPT }, ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(page, 'it does not answer', error);
  }
  const text = await response.text();
  if (!response.ok) throw unreadable(page, `it answers ${String(response.status)} ${response.statusText}`);
  const base = response.url === '' ? page : response.url;
  return response.headers.get('content-type')?.includes('json') === true ? fromJson(page, text, base) : fromHtml(text, base);
}

function fromJson(page: string, text: string, base: string): WheelFile[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(page, 'its answer is not whole JSON', error);
  }
  const files = typeof value === 'object' && value !== null && 'files' in value ? value.files : undefined;
  if (!Array.isArray(files)) throw unreadable(page, 'its answer has no list of files');
  return (files as unknown[]).flatMap((file) => {
    const { filename, url, hashes } = file as { filename?: unknown; url?: unknown; hashes?: { sha256?: unknown } };
    if (typeof filename !== 'string' || typeof url !== 'string' || typeof hashes?.sha256 !== 'string') return [];
    return [{ filename, url: new URL(url, base).href, sha256: hashes.sha256 }];
  });
}

/** Links such as `<a href="../x.whl#sha256=...">x.whl</a>`. A file without a checksum is left out. */
function fromHtml(text: string, base: string): WheelFile[] {
  return [...text.matchAll(/<a\s[^>]*?href="([^"]+)"[^>]*>\s*([^<]+?)\s*<\/a>/gi)].flatMap(([, href = '', filename = '']) => {
    const url = new URL(href.replaceAll('&amp;', '&'), base);
    const sha256 = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1];
    url.hash = '';
    return sha256 === undefined ? [] : [{ filename, url: url.href, sha256 }];
  });
}

function unreadable(page: string, problem: string, cause?: unknown): TrainerError {
  return new TrainerError(
    'download_failed',
    `The package index ${page} cannot be read: ${problem}. Check the connection, or name another index in pip's configuration (index-url).`,
    cause === undefined ? undefined : { cause },
  );
}
