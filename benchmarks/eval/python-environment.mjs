// Finds or makes a Python environment of one of the benchmarks here, with its versions pinned.

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a Python that has the packages: the given one, or one in a virtual environment of this repository, kept under its name. */
export function findPython(given, { name, packages }) {
  if (given !== undefined) {
    if (existsSync(given)) return given;
    throw new Error(`There is no Python at ${given}. Pass an interpreter with ${packages.join(', ')}, or leave --python out.`);
  }
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/${name}`, import.meta.url));
  const complete = `${folder}/complete`;
  if (existsSync(complete)) return `${folder}/bin/python`;
  execFileSync('python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(`${folder}/bin/python`, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: 'inherit',
  });
  writeFileSync(complete, '');
  return `${folder}/bin/python`;
}
