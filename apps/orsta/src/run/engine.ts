import { availableParallelism } from 'node:os';
import {
  checkModel,
  createAdapter,
  createLocalEngine,
  createParallelEngine,
  loadAdaptedModel,
  modelFolderOf,
  nativeEnvironment,
  selectBackend,
  type BackendReport,
  type Engine,
  type EngineSnapshot,
  type LoadedModel,
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
export type EngineSettings = {
  readonly engine: Omit<Recipe['engine'], 'gradientCheckpointing' | 'optimizer'> &
    Partial<Pick<Recipe['engine'], 'gradientCheckpointing' | 'optimizer'>>;
  readonly model: { readonly path: string; readonly adapter?: string | undefined };
  /** A new adapter to train. */
  readonly adapter?: Recipe['adapter'];
  readonly frozen: Recipe['trainer']['freeze'];
  /** The objective of the updates, which may have parameters of its own. */
  readonly objective?: Recipe['trainer']['objective'];
  readonly plugins?: readonly RunPlugin[];
};

/** The model, with the adapter that was asked for. */
async function loadSettingsModel({ model: { path, adapter }, adapter: fresh }: EngineSettings): Promise<LoadedModel> {
  await checkModel(await modelFolderOf(path));
  const model = await loadAdaptedModel(path, adapter);
  if (fresh === undefined) return model;
  return { ...model, parameters: new Map([...model.parameters, ...createAdapter(model.config, fresh).parameters]) };
}

/** Starts the ranks on a model. One rank works in this thread; several are threads of their own, on the same backend. */
export async function startEngine(settings: EngineSettings, processor: Processor, snapshot?: EngineSnapshot): Promise<StartedEngine> {
  const { ranks, backend: prefer, tokensPerMicroBatch, gradientCheckpointing = false, optimizer } = settings.engine;
  const model = await loadSettingsModel(settings);
  Object.assign(process.env, nativeEnvironment({ environment: process.env, ranks, cores: availableParallelism() }));
  const backend = await selectBackend(prefer === undefined ? { width: model.config.text.hiddenSize } : { prefer });
  const shared = {
    ...model,
    frozen: settings.frozen,
    paddingTokenId: processor.tokenizer.specialIds.endOfText,
    tokensPerMicroBatch,
    gradientCheckpointing,
    optimizer,
    ...(settings.objective === undefined ? {} : { objective: settings.objective }),
  };
  const plugins = settings.plugins ?? [];
  const engine =
    ranks === 1
      ? createLocalEngine({ ...shared, plugins: plugins.map(({ plugin }) => plugin) })
      : await createParallelEngine({ ...shared, ranks, backend: [backend.name], plugins: plugins.map(({ url }) => url) });
  if (snapshot !== undefined) await engine.restore(snapshot);
  return { engine, backend };
}
