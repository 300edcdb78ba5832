// Writes the JSON Schemas that a built package exports as `schemas` to its folder `schema/`.
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';

const { schemas = {} } = await import(pathToFileURL(resolve('dist/index.js')).href);
for (const [name, schema] of Object.entries(schemas)) {
  const document = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
  await mkdir('schema', { recursive: true });
  await writeFile(`schema/${name}.json`, await format(JSON.stringify(document), { parser: 'json', printWidth: 140 }));
}
