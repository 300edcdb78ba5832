import { fileURLToPath } from 'node:url';
import { pythonWith } from '../python-environment.mjs';

/** The path of a Python that has the trainers: the given one, or one in a virtual environment of this repository. It takes some gigabytes: TRL needs torch. */
export function findPython(given) {
  // verl and ms-swift ask for older torch and transformers than TRL has here, and for much that only a GPU needs. What is used of them
  // (reward loops, plug-ins, loaders) runs without.
  const installs = [
    ['-r', requirements('requirements.txt')],
    ['--no-deps', '-r', requirements('requirements-no-deps.txt')],
  ];
  return pythonWith({ name: 'trainer-peers', installs, given });
}

function requirements(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
