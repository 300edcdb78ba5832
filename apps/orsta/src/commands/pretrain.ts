import { resolve } from 'node:path';
import { pretrainNano } from '../pretrain/pretrain.ts';
import { settings } from '@vtriune/format/settings';
import { PretrainRecipe } from '../pretrain/pretrain-recipe.ts';
import { loadYaml } from '../recipe/load-yaml.ts';
import type { CommandContext } from '../context.ts';

/** Options of `orsta pretrain`. */
export interface PretrainOptions {
  readonly runsDir: string;
}

/** Pre-trains orsta-nano by a recipe, in a folder of its name under `runsDir`; goes on where it was stopped. */
export async function pretrain(
  { files, overrides }: { readonly files: readonly string[]; readonly overrides: readonly string[] },
  { runsDir }: PretrainOptions,
  context: CommandContext,
): Promise<void> {
  const { value, resolvePath } = await loadYaml(settings(PretrainRecipe), files, { overrides, cwd: context.cwd });
  const recipe = value.model === undefined ? value : { ...value, model: resolvePath(value.model, ['model']) };
  const folder = resolve(context.cwd, runsDir, recipe.name);
  for await (const report of pretrainNano(recipe, folder)) {
    if (context.signal.aborted) return;
    const { step, loss, validation } = report;
    if (validation === undefined && step % 10 !== 0) continue;
    const held =
      validation === undefined
        ? ''
        : `   validation ${validation.loss.toFixed(4)}, with exchanged images ${validation.shuffledLoss.toFixed(4)}`;
    context.output(`step ${String(step)}/${String(recipe.steps)}   loss ${loss.toFixed(4)}${held}\n`);
  }
  context.output(`model: ${resolve(folder, 'model')}\n`);
}
