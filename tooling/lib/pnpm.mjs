import { join } from 'node:path';
import { run } from './run.mjs';
import { readJson, root } from './workspace.mjs';

const wanted = readJson(join(root, 'package.json')).packageManager;

/**
 * Puts the pinned pnpm on the PATH of this process and of those it starts (turbo looks for it there):
 * nothing to do where it is there already, else npx finds it in npm's cache or fetches it.
 *
 * @returns {Promise<string | undefined>} what went wrong, if anything did
 */
export async function providePnpm() {
  const present = await run('pnpm', ['--version'], { capture: true, env: { COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' } });
  if (present.code === 0 && `pnpm@${present.output.trim()}` === wanted) return undefined;
  const { code, output, errors } = await run(
    'npx',
    ['--yes', '--prefer-offline', `--package=${wanted}`, 'node', '-p', 'process.env.PATH'],
    { capture: true },
  );
  if (code !== 0) return `npx could not bring ${wanted}:\n${errors}`;
  process.env.PATH = output.trim().split('\n').at(-1);
  return undefined;
}
