import type { CommandContext } from '../context.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { LiveDisplay } from '../report/live.ts';
import { comparisonTable } from '../report/table.ts';
import { readEvaluation, storeResult } from './evaluations.ts';
import type { RunFolder } from './run-folder.ts';

/** Stores and prints the result of a finished run: the table before and after, and where everything is. */
export async function reportResult(
  run: { folder: RunFolder; recipe: Recipe; context: CommandContext; live: LiveDisplay },
  evaluated: boolean,
): Promise<void> {
  const { folder, recipe, live } = run;
  if (evaluated) {
    const before = await readEvaluation(folder, 0);
    const after = await readEvaluation(folder, recipe.trainer.steps);
    await storeResult(folder, before, after);
    live.line(
      `\nHeld-out accuracy in percent, before -> after ${String(recipe.trainer.steps)} steps\n\n${comparisonTable(before.summary, after.summary)}`,
    );
    if (before.failed + after.failed > 0)
      live.line(`${String(before.failed)} responses before and ${String(after.failed)} after had no score and are left out.`);
  }
  live.line(`run folder: ${folder.root}`);
}
