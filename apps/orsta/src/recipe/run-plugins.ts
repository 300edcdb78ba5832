import { pathToFileURL } from 'node:url';
import { importTrainerPlugins, type TrainerPlugin } from '@vtriune/trainer';
import { resolvePlugin } from '@vtriune/verifiers';

/** A package of a recipe as the trainer sees it. */
export interface RunPlugin {
  /** URL of its module; each rank imports it for itself. */
  readonly url: string;
  readonly plugin: TrainerPlugin;
}

/** The packages of a recipe that have objectives, advantage estimators, selectors of prompts or tools. Throws `invalid_plugin`. */
export async function loadRunPlugins(names: readonly string[], cwd: string): Promise<RunPlugin[]> {
  const urls = names.map((name) => pathToFileURL(resolvePlugin(name, { resolveFrom: cwd })).href);
  const plugins = await importTrainerPlugins(urls);
  return plugins.flatMap((plugin, index) => {
    const url = urls[index];
    const useful = [plugin.objectives, plugin.advantages, plugin.selectors, plugin.tools].some((list) => list !== undefined);
    return useful && url !== undefined ? [{ url, plugin }] : [];
  });
}
