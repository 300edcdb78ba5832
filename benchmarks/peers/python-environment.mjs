// Finds or makes the Python environment of the trainers, with their versions pinned: some gigabytes, because TRL needs torch.

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/trainer-peers-venv', import.meta.url));
function requirements(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** The path of a Python that has the trainers: the given one, or one in a virtual environment of this repository. */
export function findPython(given) {
  if (given !== undefined) {
    if (!existsSync(given))
      throw new Error(`There is no Python at ${given}. Pass an interpreter with the packages of requirements.txt, or leave it out.`);
    return given;
  }
  const python = `${FOLDER}/bin/python`;
  const complete = `${FOLDER}/complete`;
  if (existsSync(complete)) return python;
  const pip = (...rest) =>
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...rest], { stdio: 'inherit' });
  execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  pip('-r', requirements('requirements.txt'));
  // verl and ms-swift ask for older torch and transformers than TRL has here, and for much that only a GPU needs. What is used of them
  // (reward loops, plug-ins) runs without.
  pip('--no-deps', '-r', requirements('requirements-no-deps.txt'));
  writeFileSync(complete, '');
  return python;
}
