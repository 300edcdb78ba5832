// `pnpm new:package NAME`: another published package with the skeleton of its siblings.
import { createPackage } from './lib/create-package.mjs';
import { root } from './lib/workspace.mjs';

const [name, ...description] = process.argv.slice(2);
const result = createPackage({ target: root, name: name ?? '', description: description.join(' ') });

if ('problem' in result) {
  console.error(result.problem);
  process.exitCode = 2;
} else {
  console.log(`${result.files.join('\n')}

@vtriune/${name} is there. Next:
  1. npx pnpm install                       link it into the workspace
  2. tooling/eslint/arrows.mjs              which packages it may import (none, as it stands)
  3. docs/architecture.md                   draw it
  4. npx pnpm gate build exports --update   pin its public names
  5. npx pnpm changeset                     say what it brings`);
}
