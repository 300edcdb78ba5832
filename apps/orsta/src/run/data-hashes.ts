import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Recipe } from '../recipe/recipe.ts';

/** SHA-256 of every data file that a recipe names, by absolute path; images that the files point to are not read. */
export async function hashData({ data }: Recipe): Promise<Record<string, string>> {
  if (data.kind === 'suite') return {};
  const paths = [...new Set([...data.files.map(({ path }) => path), ...data.heldOut])];
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await hashFile(path)] as const)));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
