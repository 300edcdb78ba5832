import { resolve } from 'node:path';
import { pretrainNano } from '../pretrain/pretrain.ts';
import { settings } from '@vtriune/format/settings';
import { PretrainRecipe } from '../pretrain/pretrain-recipe.ts';
import { loadYaml } from '../recipe/load-yaml.ts';
import type { CommandContext } from '../context.ts';

/** Pre-trains orsta-nano by a recipe, in `runs/<name>` of the working directory; goes on where it was stopped. */
export async function pretrain(files: readonly string[], overrides: readonly string[], context: CommandContext): Promise<void> {
  const { value, resolvePath } = await loadYaml(settings(PretrainRecipe), files, { overrides, cwd: context.cwd });
  const recipe = value.model === undefined ? value : { ...value, model: resolvePath(value.model, ['model']) };
  const folder = resolve(context.cwd, 'runs', recipe.name);
  for await (const report of pretrainNano(recipe, folder)) {
    const { step, loss, validation } = report;
    if (validation === undefined && step % 10 !== 0) continue;
    const held =
      validation === undefined
        ? ''
        : `   validation ${validation.loss.toFixed(4)}, with exchanged images ${validation.shuffledLoss.toFixed(4)}`;
    context.output(`step ${String(step)}/${String(recipe.steps)}   loss ${loss.toFixed(4)}${held}\n`);
    if (context.signal.aborted) return;
  }
  context.output(`model: ${resolve(folder, 'model')}\n`);
}
