import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_INDEX } from './wheel-index.ts';

/** Variables of a process, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The package index that pip would use: `PIP_INDEX_URL`, or `index-url` of the user's and then the machine's configuration file, or the public
 * index. Its files are read where pip reads them on Linux.
 */
export async function pipIndexUrl({ environment, home }: { environment: Environment; home: string }): Promise<string> {
  const fromVariable = environment['PIP_INDEX_URL'];
  if (fromVariable !== undefined && fromVariable !== '') return fromVariable;
  const named = environment['PIP_CONFIG_FILE'];
  const files = [
    ...(named === undefined ? [] : [named]),
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
    '/etc/xdg/pip/pip.conf',
    '/etc/pip.conf',
  ];
  for (const file of files) {
    // A file that is absent or closed to this user says nothing, as for pip.
    const url = indexUrlIn(await readFile(file, 'utf8').catch(() => ''));
    if (url !== undefined) return url;
  }
  return DEFAULT_INDEX;
}

/** `index-url` in the section `global` or `download` of a configuration file. */
function indexUrlIn(text: string): string | undefined {
  let section = '';
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (heading !== undefined) section = heading.trim();
    const value = /^\s*index[-_]url\s*[=:]\s*(\S+)/.exec(line)?.[1];
    if (value !== undefined) found.set(section, value);
  }
  return found.get('download') ?? found.get('global');
}
