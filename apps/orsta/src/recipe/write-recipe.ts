import { relative, sep } from 'node:path';
import { stringify } from 'yaml';
import { isRecord } from '../is-record.ts';
import type { Recipe } from './recipe.ts';

/** A resolved recipe as YAML whose paths are relative to `folder`, so that it can be trained from there. */
export function recipeToYaml(recipe: Recipe, folder: string): string {
  const from = (path: string): string => {
    const short = relative(folder, path).split(sep).join('/');
    return short.startsWith('.') ? short : `./${short}`;
  };
  const { path, adapter } = recipe.model;
  const model = { path: path.startsWith('hub:') ? path : from(path), ...(adapter === undefined ? {} : { adapter: from(adapter) }) };
  const data =
    recipe.data.kind === 'suite'
      ? recipe.data
      : {
          ...recipe.data,
          files: recipe.data.files.map((file) => ({ ...file, path: from(file.path) })),
          heldOut: recipe.data.heldOut.map(from),
        };
  const plugins = recipe.plugins.map((name) => (name.startsWith('/') ? from(name) : name));
  const { rollout: given } = recipe;
  const rollout =
    given.kind === 'local' || given.weightsFolder === undefined ? given : { ...given, weightsFolder: from(given.weightsFolder) };
  return stringify({ ...recipe, model, data, rollout, plugins }, { aliasDuplicateObjects: false });
}

/** Names of the settings in which two recipes differ, such as `trainer.steps`. */
export function recipeDifferences(left: unknown, right: unknown, path = ''): string[] {
  if (JSON.stringify(left) === JSON.stringify(right)) return [];
  if (!isRecord(left) || !isRecord(right)) return [path];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.flatMap((name) => recipeDifferences(left[name], right[name], path === '' ? name : `${path}.${name}`));
}
