import { resolve } from 'node:path';
import { OrstaError } from '../errors.ts';
import { loadRecipe, type Recipe } from '../recipe/recipe.ts';
import { recipeToYaml } from '../recipe/write-recipe.ts';
import { chooseRun, type ChosenRun } from '../run/choose-run.ts';
import { localModel } from '../run/local-model.ts';
import { describePlan } from '../run/plan.ts';
import { trainRun } from '../run/train-run.ts';
import type { CommandContext } from '../context.ts';
import { watchBeside } from './watch.ts';

/** Options of `orsta train`. */
export interface TrainCommandOptions {
  readonly resume?: boolean;
  /** Go on with the unfinished run of this name, or take the next free name. */
  readonly again?: boolean;
  readonly runName?: string;
  readonly runsDir: string;
  readonly dryRun?: boolean;
  /** Show the runs as a page meanwhile. */
  readonly watch?: boolean;
}

/** Splits arguments into recipe files and overrides such as `trainer.steps=3`. Throws `usage` where there is no file. */
export function splitArguments(given: readonly string[]): { files: string[]; overrides: string[] } {
  const isOverride = (text: string): boolean => /^[A-Za-z][\w.-]*=/.test(text);
  const files = given.filter((text) => !isOverride(text));
  if (files.length === 0) throw new OrstaError('usage', 'No recipe was named. Give the path of one, such as recipes/nano.yaml.');
  return { files, overrides: given.filter(isOverride) };
}

/** Trains a recipe, or prints what it would do. */
export async function trainCommand(given: readonly string[], options: TrainCommandOptions, context: CommandContext): Promise<void> {
  const { files, overrides } = splitArguments(given);
  const named = options.runName === undefined ? overrides : [...overrides, `name=${JSON.stringify(options.runName)}`];
  const written = await loadRecipe(files, { overrides: named, cwd: context.cwd });
  const fromHub = written.model.path.startsWith('hub:');
  const withoutWeights = fromHub && options.dryRun === true;
  const recipe = { ...written, model: { path: await localModel(written.model.path, context, { weights: !withoutWeights }) } };
  if (options.dryRun === true) {
    const root = resolve(context.cwd, options.runsDir, recipe.name);
    context.output(
      `${recipeToYaml(recipe, context.cwd)}\n${await describePlan(recipe, { cwd: context.cwd, runRoot: root, withoutWeights })}`,
    );
    return;
  }
  const { name, resume } =
    options.again === true ? await chooseAgain(recipe, options, context) : { ...recipe, resume: options.resume === true };
  const dashboard = await watchBeside(options.watch, resolve(context.cwd, options.runsDir), context);
  try {
    await trainRun({ ...recipe, name }, { runsDir: options.runsDir, resume, context });
  } finally {
    await dashboard?.close();
  }
}

async function chooseAgain(recipe: Recipe, options: TrainCommandOptions, context: CommandContext): Promise<ChosenRun> {
  const chosen = await chooseRun(recipe, resolve(context.cwd, options.runsDir));
  if (chosen.resume) context.output(`going on with the unfinished run ${chosen.name}\n`);
  else if (chosen.name !== recipe.name) context.output(`there is a run ${recipe.name} already; this one is ${chosen.name}\n`);
  return chosen;
}
