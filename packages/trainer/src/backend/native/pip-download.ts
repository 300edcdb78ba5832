import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainerError } from '../../errors.ts';
import type { OnBytes } from '../../files/download-file.ts';

/** What pip is asked for. */
export interface PipDownloadOptions {
  /** The Python interpreter, such as `python3`. */
  readonly python: string;
  readonly project: string;
  readonly version: string;
  /** An empty folder for the wheel. */
  readonly folder: string;
  readonly onBytes?: OnBytes;
  readonly signal?: AbortSignal;
}

/** Whether an interpreter is there and has pip. */
export async function hasPip(python: string): Promise<boolean> {
  return (await run(python, ['-m', 'pip', '--version'], {})).code === 0;
}

/**
 * Lets pip download a wheel for Linux on x86-64, with its own configuration: index, proxy, certificates and passwords. pip compares the checksum
 * of the index. Returns the path of the wheel. Throws `download_failed` with what pip says.
 */
export async function pipDownload(options: PipDownloadOptions): Promise<string> {
  const { python, project, version, folder } = options;
  const platforms = ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].flatMap((tag) => [
    '--platform',
    `${tag}_x86_64`,
  ]);
  const target = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--abi', 'none', ...platforms];
  const parameters = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', ...target, '--dest', folder, '--progress-bar', 'raw'];
  const asked = `${project}==${version}`;
  let result = await run(python, [...parameters, asked], options);
  // Older versions of pip do not know the raw progress bar.
  if (/invalid choice: '?raw/.test(result.text)) result = await run(python, [...parameters.slice(0, -2), asked], options);
  options.signal?.throwIfAborted();
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (result.code === 0 && wheel !== undefined) return join(folder, wheel);
  throw new TrainerError(
    'download_failed',
    `pip could not download ${asked}: ${lastError(result.text)} Run \`${python} -m pip download --no-deps ${asked}\` to see all it says, or install without it (--no-pip).`,
  );
}

function lastError(text: string): string {
  const lines = text.split('\n').filter((line) => line.startsWith('ERROR:'));
  return lines.at(-1)?.slice('ERROR: '.length).trim() ?? text.trim().slice(-300);
}

function run(
  command: string,
  parameters: readonly string[],
  options: Pick<PipDownloadOptions, 'onBytes' | 'signal'>,
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    let text = '';
    const read = (chunk: Buffer): void => {
      const said = chunk.toString('utf8');
      for (const [, done, total] of said.matchAll(/Progress (\d+) of (\d+)/g)) options.onBytes?.(Number(done), Number(total));
      text = (text + said.replaceAll(/Progress \d+ of \d+\n?/g, '')).slice(-20_000);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => resolve({ code: null, text: `ERROR: ${error.message}` }));
    child.on('close', (code) => resolve({ code, text }));
  });
}
