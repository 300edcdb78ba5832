// Writes the JSON Schemas of the built package in the current folder to its `schema/`: `node ../../tooling/emit-schemas.mjs`.
// `pnpm gate schemas --update` does the same for all packages.
import { mkdir, writeFile } from 'node:fs/promises';
import { builtSchemas } from './lib/schemas.mjs';

for (const [name, text] of await builtSchemas(process.cwd())) {
  await mkdir('schema', { recursive: true });
  await writeFile(`schema/${name}`, text);
}
