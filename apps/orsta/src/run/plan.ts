import { checkModel, latestCheckpoint, preparePrompt, type Processor } from '@vtriune/trainer';
import type { Recipe } from '../recipe/recipe.ts';
import { fitsWasm, gigabytes, gpuText, memoryRows, nativeRows, planPlaces } from './memory-text.ts';
import { prepare } from './prepare.ts';

/** What a plan is made for. */
export interface PlanOptions {
  readonly cwd: string;
  readonly runRoot: string;
  /** The weights are not downloaded yet: they are left out of the check. */
  readonly withoutWeights?: boolean;
}

/**
 * What a run would do, in lines of text. Checks the model's files and loads everything but the weights, so that a run that plans well also
 * starts well.
 */
export async function describePlan(recipe: Recipe, options: PlanOptions): Promise<string> {
  const { cwd, runRoot } = options;
  const prepared = await prepare(recipe, cwd);
  const model = await checkModel(recipe.model.path, { weights: !options.withoutWeights });
  const { trainer, checkpoint, engine } = recipe;
  const places = planPlaces(model.config, {
    frozen: trainer.freeze,
    ranks: engine.ranks,
    optimizer: engine.optimizer,
    ...(recipe.adapter === undefined ? {} : { adapter: recipe.adapter }),
  });
  const { memory } = places;
  const prompt = await longestOf(prepared.processor, prepared.samples, trainer);
  const rollouts = trainer.promptsPerStep * trainer.groupSize;
  const resume = (await latestCheckpoint(`${runRoot}/checkpoints`)) ?? 'none';
  const rows: readonly (readonly [string, string])[] = [
    ['model', `${recipe.model.path}, ${(memory.parameters / 1e6).toFixed(2)} M parameters, ${frozenText(recipe)}`],
    [
      'steps',
      `${String(trainer.steps)} of ${String(trainer.promptsPerStep)} prompts x ${String(trainer.groupSize)} responses = ${String(rollouts)} rollouts a step`,
    ],
    ['tokens', `prompts up to about ${String(prompt)}, responses up to ${String(trainer.maxNewTokens)}`],
    [
      'evaluation',
      prepared.heldOut.count === 0
        ? 'none'
        : `${String(prepared.heldOut.count)} held-out samples, before and after${recipe.evaluation.everySteps > 0 ? ` and every ${String(recipe.evaluation.everySteps)} steps` : ''}`,
    ],
    ['engine', `${String(engine.ranks)} rank(s), at least ${gigabytes(memory.total)} for weights, gradients and moments`],
    ...memoryRows(memory),
    [
      'fits',
      `${gigabytes(memory.device)} to compute a rank, activations on top; wasm: ${fitsWasm(memory) ? 'yes' : 'no, it holds 4 GB'}; GPU: ${gpuText(places)}`,
    ],
    ...nativeRows(places),
    ['checkpoints', `every ${String(checkpoint.everySteps)} steps, the newest ${String(checkpoint.keep)} kept; present: ${resume}`],
    ['run folder', runRoot],
    ...model.notes.map((note): readonly [string, string] => ['note', note]),
  ];
  return rows.map(([name, text]) => `${name.padEnd(12)} ${text}\n`).join('');
}

function frozenText({ adapter, trainer: { freeze } }: Recipe): string {
  if (adapter !== undefined) return 'an adapter alone is trained';
  return `${freeze.length === 0 ? 'nothing' : freeze.join(' and ')} frozen`;
}

async function longestOf(
  processor: Processor,
  samples: { at(index: number): Promise<Parameters<typeof preparePrompt>[1]> },
  { promptsPerStep, maxPromptTokens }: Recipe['trainer'],
): Promise<number> {
  const count = Math.min(8, promptsPerStep);
  const items = await Promise.all(Array.from({ length: count }, (_, index) => samples.at(index)));
  return Math.max(...items.map((item) => preparePrompt(processor, item, maxPromptTokens).tokenIds.length));
}
