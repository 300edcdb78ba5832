import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';

/** Every entry by `import`, and by `require()`: the packages are ESM only, which Node 20.19 and newer can require. */
export async function loadEntries(folder, entries) {
  const scripts = {
    'import.mjs': entries.map((entry) => `await import('${entry}');`).join('\n'),
    'require.cjs': entries
      .map((entry) => `if (Object.keys(require('${entry}')).length === 0) throw new Error('${entry} is empty');`)
      .join('\n'),
  };
  const problems = [];
  for (const [file, text] of Object.entries(scripts)) {
    writeFileSync(join(folder, file), text);
    const { code, errors } = await run('node', [file], { cwd: folder, capture: true });
    if (code !== 0) problems.push(`${file} ended with code ${code}: ${errors}`);
  }
  return problems;
}
