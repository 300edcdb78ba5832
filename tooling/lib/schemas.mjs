import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

/**
 * The JSON Schema files of a built package: file name -> text, as they belong into its folder `schema/`.
 * They come from `schemas` of the package's entry, or of `dist/schemas.js` where the entry is a program.
 *
 * @param {string} folder
 * @returns {Promise<Map<string, string>>}
 */
export async function builtSchemas(folder) {
  const module = ['dist/schemas.js', 'dist/index.js'].map((path) => join(folder, path)).find((path) => existsSync(path));
  if (module === undefined) return new Map();
  const { schemas = {} } = await import(pathToFileURL(module).href);
  const style = await resolveConfig(join(folder, 'schema', 'any.json'));
  const files = Object.entries(schemas).map(async ([name, schema]) => {
    const document = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
    return [`${name}.json`, await format(JSON.stringify(document), { ...style, parser: 'json' })];
  });
  return new Map(await Promise.all(files));
}
