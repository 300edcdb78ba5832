// Finds or makes the Python environment of a benchmark's peers.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));

/**
 * The path of a Python that has the peers: the given one, or one in a virtual environment of this repository, which is made the first time and
 * made complete when the list of packages changes.
 *
 * @param {{ name: string, installs: readonly (readonly string[])[], given?: string }} options `installs`: the arguments of each `pip install`
 */
export function pythonWith({ name, installs, given }) {
  if (given !== undefined) {
    if (!existsSync(given))
      throw new Error(`There is no Python at ${given}. Pass the path of one that has ${installs.flat().join(' ')}, or leave it out.`);
    return given;
  }
  const folder = `${CACHE}/${name}-venv`;
  const python = `${folder}/bin/python`;
  const complete = `${folder}/complete`;
  const wanted = JSON.stringify(installs);
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return python;
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  for (const packages of installs)
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { stdio: 'inherit' });
  writeFileSync(complete, wanted);
  return python;
}
