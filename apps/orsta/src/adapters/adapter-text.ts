// The Python adapters that `orsta adapter` prints: one file each, put together from `adapters/` of the app. An adapter imports what all of
// them share between two marker lines; the text of the shared files goes there, so that what is printed depends on nothing.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { OrstaError } from '../errors.ts';

const FILES = { verl: 'verl.py', trl: 'trl.py', 'ms-swift': 'ms_swift.py', easyr1: 'easyr1.py' } as const;
/** What `--with-monitor` adds, where there is something for this trainer. */
const MONITORS: Partial<Record<AdapterName, string>> = { trl: '_monitor_trl.py', verl: '_monitor_verl.py' };
/** In the order in which they need each other. */
const SHARED = ['_requests.py', '_transport.py'];
const SPLICE = /^# <splice>\n(?:from \w+ import .*\n)+# <\/splice>\n/m;
const FUTURE = 'from __future__ import annotations\n';

/** A trainer that an adapter is for. */
export type AdapterName = keyof typeof FILES;

/** The trainers that there are adapters for. */
export const adapterNames = Object.keys(FILES) as readonly AdapterName[];

/**
 * The adapter as one file; with `monitor` it can also stream the run to `orsta watch`. Throws OrstaError `usage` for a trainer that there is none for.
 */
export async function adapterText(name: string, options: { monitor?: boolean } = {}): Promise<string> {
  if (!isAdapterName(name)) {
    throw new OrstaError('usage', `There is no adapter "${name}". Known: ${adapterNames.join(', ')}.`);
  }
  const folder = adaptersFolder();
  const [adapter, ...shared] = await Promise.all([FILES[name], ...SHARED].map((file) => readFile(new URL(file, folder), 'utf8')));
  if (adapter === undefined || !SPLICE.test(adapter)) {
    throw new OrstaError('invalid_data', `${FILES[name]} has no <splice> block for the shared files. Install the app again.`);
  }
  const spliced = shared.map((text) => withoutHead(text)).join('\n\n');
  // A function, because `$` in the text of a replacement has a meaning.
  const text = adapter.replace(SPLICE, () => `${spliced}\n`);
  return options.monitor === true ? `${text}\n\n${await monitorText(name, folder)}` : text;
}

/** Two parts that follow the adapter and use its functions. Throws OrstaError `usage` for a trainer that has none. */
async function monitorText(name: AdapterName, folder: URL): Promise<string> {
  const own = MONITORS[name];
  if (own === undefined)
    throw new OrstaError(
      'usage',
      `--with-monitor is for ${Object.keys(MONITORS).join(' and ')}: ${name} has no place for a callback that reports its steps.`,
    );
  const parts = await Promise.all(['_monitor.py', own].map((file) => readFile(new URL(file, folder), 'utf8')));
  return parts.map(withoutHead).join('\n\n');
}

function isAdapterName(name: string): name is AdapterName {
  return Object.hasOwn(FILES, name);
}

/** Without its docstring, which speaks of the file it is in, and without what only the head of a file may have. */
function withoutHead(shared: string): string {
  const start = shared.indexOf(FUTURE);
  return shared
    .slice(start + FUTURE.length)
    .replace(SPLICE, '')
    .trim()
    .concat('\n');
}

/** Beside `dist` where the app is built, two folders up from the source. */
function adaptersFolder(): URL {
  const places = ['../adapters/', '../../adapters/'].map((path) => new URL(path, import.meta.url));
  const folder = places.find((place) => existsSync(new URL('_transport.py', place)));
  if (folder === undefined) {
    const looked = places.map((place) => fileURLToPath(place)).join(' and ');
    throw new OrstaError('invalid_data', `The adapters are missing from ${looked}. Install the app again.`);
  }
  return folder;
}
