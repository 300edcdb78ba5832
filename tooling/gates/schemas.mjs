import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtSchemas } from '../lib/schemas.mjs';
import { allMembers } from '../lib/workspace.mjs';

/** The committed `schema/*.json` are what the sources say: other languages read those files, so a change of the wire must be seen in review. */
export const schemas = {
  what: 'schema/*.json are those of the sources',
  run: async ({ update }) => {
    const found = await Promise.all(allMembers().map((member) => (update ? write(member) : compare(member))));
    return { problems: found.flat() };
  },
};

function committed(folder) {
  return existsSync(join(folder, 'schema')) ? readdirSync(join(folder, 'schema')) : [];
}

async function compare({ folder, path }) {
  const built = await builtSchemas(folder);
  const names = new Set([...built.keys(), ...committed(folder)]);
  const differs = [...names].filter((name) => {
    const file = join(folder, 'schema', name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== built.get(name);
  });
  return differs.map((name) => `${path}/schema/${name} is not what the sources say. If the change is meant: pnpm gate schemas --update`);
}

async function write({ folder }) {
  const built = await builtSchemas(folder);
  for (const name of committed(folder)) if (!built.has(name)) rmSync(join(folder, 'schema', name));
  for (const [name, text] of built) {
    mkdirSync(join(folder, 'schema'), { recursive: true });
    writeFileSync(join(folder, 'schema', name), text);
  }
  return [];
}
