import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';
import { root } from '../lib/workspace.mjs';

const OPTIONS = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'dom', 'esnext.disposable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
};

/** Problems of these packages are theirs: TensorFlow.js ships declarations that name types it does not depend on. */
const FOREIGN = /^node_modules\/@tensorflow\//;

/** A strict project that reads every declaration file, and its own: what a user with `skipLibCheck: false` sees. */
export async function checkTypes(folder, entries) {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: ['types.ts'] }));
  const names = entries.map(
    (entry, index) => `import * as entry${index} from '${entry}';\nexport const keys${index} = Object.keys(entry${index});`,
  );
  writeFileSync(join(folder, 'types.ts'), `${names.join('\n')}\n`);
  const { code, output, errors: failure } = await run('tsc', ['-p', 'tsconfig.json', '--pretty', 'false'], { cwd: folder, capture: true });
  const errors = output.split('\n').filter((line) => /error TS/.test(line));
  if (code !== 0 && errors.length === 0) return [`tsc ended with code ${code}: ${failure}${output}`];
  return errors.filter((line) => !FOREIGN.test(line));
}
