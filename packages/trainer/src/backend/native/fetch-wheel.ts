import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { downloadFile, checksumOf, type OnBytes } from '../../files/download-file.ts';
import { hasPip, pipDownload } from './pip-download.ts';
import { findWheel } from './wheel-index.ts';

/** Where wheels come from. */
export interface WheelSource {
  /** Python interpreter whose pip downloads; absent to read the index directly. */
  readonly python?: string;
  /** Package index that is read where there is no pip, such as `https://pypi.org/simple`. */
  readonly indexUrl: string;
}

/** Which wheel, and where it goes. */
export interface FetchWheelOptions extends WheelSource {
  readonly project: string;
  readonly version: string;
  /** Folder for downloads; a wheel that is there already is taken. */
  readonly folder: string;
  readonly onBytes?: OnBytes;
  readonly signal?: AbortSignal;
}

/** A wheel on this machine. */
export interface FetchedWheel {
  readonly path: string;
  readonly filename: string;
  readonly sha256: string;
}

/**
 * Fetches a wheel: by pip where that is there, which knows the user's proxy and passwords, else from the index itself. Throws `download_failed`.
 */
export async function fetchWheel(options: FetchWheelOptions): Promise<FetchedWheel> {
  await mkdir(options.folder, { recursive: true });
  const path =
    (await wheelAt(options)) ?? (await (options.python !== undefined && (await hasPip(options.python)) ? byPip : byIndex)(options));
  return { path, filename: basename(path), sha256: await checksumOf(path) };
}

/** A wheel that an earlier call finished; only whole files have the name of a wheel. */
async function wheelAt({ folder, project, version }: FetchWheelOptions): Promise<string | undefined> {
  const start = `${project.replaceAll('-', '_')}-${version}-`;
  const found = (await readdir(folder)).find((name) => name.toLowerCase().startsWith(start) && name.endsWith('.whl'));
  return found === undefined ? undefined : join(folder, found);
}

async function byPip(options: FetchWheelOptions): Promise<string> {
  const temporary = await mkdtemp(join(options.folder, '.pip-'));
  try {
    const wheel = await pipDownload({ ...options, python: String(options.python), folder: temporary });
    const path = join(options.folder, basename(wheel));
    await rename(wheel, path);
    return path;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function byIndex(options: FetchWheelOptions): Promise<string> {
  const wheel = await findWheel(options);
  const path = join(options.folder, basename(wheel.filename));
  await downloadFile({ ...options, url: wheel.url, path, checksum: { kind: 'sha256', value: wheel.sha256 } });
  return path;
}
