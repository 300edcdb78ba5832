import { availableParallelism } from 'node:os';
import {
  createLocalEngine,
  createParallelEngine,
  loadModel,
  nativeEnvironment,
  selectBackend,
  type BackendReport,
  type Engine,
  type EngineSnapshot,
  type Processor,
} from '@vtriune/trainer';
import type { Recipe } from '../recipe/recipe.ts';
import type { RunPlugin } from '../recipe/run-plugins.ts';

/** An engine and what it computes on. */
export interface StartedEngine {
  readonly engine: Engine;
  readonly backend: BackendReport;
}

/** What of a recipe an engine needs. */
export type EngineSettings = Pick<Recipe, 'engine'> & {
  readonly model: { readonly path: string };
  readonly frozen: Recipe['trainer']['freeze'];
  readonly plugins?: readonly RunPlugin[];
};

/** Starts the ranks on a model. One rank works in this thread; several are threads of their own, on the same backend. */
export async function startEngine(settings: EngineSettings, processor: Processor, snapshot?: EngineSnapshot): Promise<StartedEngine> {
  const { ranks, backend: prefer, tokensPerMicroBatch } = settings.engine;
  const model = await loadModel(settings.model.path);
  Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks, cores: availableParallelism() }));
  const backend = await selectBackend(prefer === undefined ? { width: model.config.text.hiddenSize } : { prefer });
  const shared = { ...model, frozen: settings.frozen, paddingTokenId: processor.tokenizer.specialIds.endOfText, tokensPerMicroBatch };
  const plugins = settings.plugins ?? [];
  const engine =
    ranks === 1
      ? createLocalEngine({ ...shared, plugins: plugins.map(({ plugin }) => plugin) })
      : await createParallelEngine({ ...shared, ranks, backend: [backend.name], plugins: plugins.map(({ url }) => url) });
  if (snapshot !== undefined) await engine.restore(snapshot);
  return { engine, backend };
}
