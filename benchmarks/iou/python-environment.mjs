// Finds or makes the Python environment of the peers, with their versions pinned.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGES = ['pycocotools==2.0.11', 'faster-coco-eval==1.8.0', 'numpy==2.4.6'];
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/iou-peers-venv', import.meta.url));

/** The path of a Python that has the peers: the given one, or one in a virtual environment of this repository. */
export function findPython(given) {
  if (given !== undefined) {
    if (!existsSync(given))
      throw new Error(`There is no Python at ${given}. Pass the path of an interpreter with ${PACKAGES.join(', ')}, or leave it out.`);
    return given;
  }
  const python = `${FOLDER}/bin/python`;
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES], { stdio: 'inherit' });
  return python;
}
