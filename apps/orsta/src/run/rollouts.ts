import { join } from 'node:path';
import { sampleElsewhere, sglangRollouts, vllmRollouts, type Engine, type Processor, type RolloutEngine } from '@vtriune/trainer';
import type { Recipe } from '../recipe/recipe.ts';

/** Where a run samples. */
export interface RolloutPlace {
  readonly recipe: Pick<Recipe, 'name' | 'model' | 'rollout'>;
  readonly processor: Processor;
  /** Folder of the run. */
  readonly root: string;
}

/** The engine, which takes its responses from where the recipe says. */
export function withRollouts(engine: Engine, { recipe, processor, root }: RolloutPlace): Engine {
  const { name, model, rollout } = recipe;
  if (rollout.kind === 'local') return engine;
  return sampleElsewhere(engine, {
    rollouts: serverOf(rollout, processor),
    folder: rollout.weightsFolder ?? join(root, 'rollout-weights'),
    modelFolder: model.path,
    name,
    sleepBetween: rollout.sleep,
  });
}

function serverOf(rollout: Exclude<Recipe['rollout'], { kind: 'local' }>, processor: Processor): RolloutEngine {
  const { url, timeoutMs, concurrency, retries } = rollout;
  const token = process.env['VTRIUNE_TOKEN'];
  const server = { url, timeoutMs, concurrency, retries, processor, ...(token === undefined ? {} : { token }) };
  if (rollout.kind === 'sglang') return sglangRollouts(server);
  return vllmRollouts({ ...server, ...(rollout.model === undefined ? {} : { model: rollout.model }) });
}
