import { createAdapter, type AdapterSettings } from '../adapters/adapter.ts';
import { loadAdaptedModel, modelFolderOf } from '../adapters/load-adapted-model.ts';
import { selectBackend, type BackendName, type BackendReport } from '../backend/select-backend.ts';
import { isAdapterParameter } from '../adapters/adapter-names.ts';
import { TrainerError } from '../errors.ts';
import { loadProcessor, withMaxPixels, type Processor } from '../processor/processor.ts';
import type { Engine } from './engine.ts';
import { createLocalEngine, type LocalEngineOptions } from './local-engine.ts';

/** How a model is opened. */
export interface OpenEngineOptions extends Partial<
  Pick<LocalEngineOptions, 'frozen' | 'gradientCheckpointing' | 'optimizer' | 'objective' | 'plugins'>
> {
  /** LoRA to add and to train, with nothing else; the parts that are not frozen are trained whole where absent. */
  adapter?: Partial<AdapterSettings>;
  /** Padded tokens of a forward and backward pass; 1,024 where absent. */
  tokensPerMicroBatch?: number;
  /** Most pixels of an image; larger ones are scaled down. */
  maxPixels?: number;
  /** Backends to try, in order; the order for the model's width where absent. */
  backend?: readonly BackendName[];
}

/** What a training loop needs of a model. */
export interface OpenedEngine {
  engine: Engine;
  processor: Processor;
  /** What it computes on, and why. */
  backend: BackendReport;
}

/**
 * Opens a model folder for training in this thread: takes a backend, reads the model and its tokenizer, adds an adapter, and starts an engine of
 * one rank. `folder` may be that of an adapter, to go on with it. Throws `invalid_checkpoint`, `backend_unavailable` and `invalid_config`.
 */
export async function openEngine(folder: string, options: OpenEngineOptions = {}): Promise<OpenedEngine> {
  const { adapter, frozen = [], tokensPerMicroBatch = 1024, maxPixels, backend: prefer, ...rest } = options;
  const model = await loadAdaptedModel(folder);
  if (adapter !== undefined && [...model.parameters.keys()].some(isAdapterParameter))
    throw new TrainerError(
      'invalid_config',
      `${folder} holds an adapter already. Leave \`adapter\` out to train on with it, or merge it first.`,
    );
  const added = adapter === undefined ? [] : createAdapter(model.config, adapter).parameters;
  const processor = withMaxPixels(await loadProcessor(await modelFolderOf(folder)), maxPixels);
  const backend = await selectBackend(prefer === undefined ? { width: model.config.text.hiddenSize } : { prefer });
  const engine = createLocalEngine({
    ...rest,
    config: model.config,
    parameters: new Map([...model.parameters, ...added]),
    frozen,
    paddingTokenId: processor.tokenizer.specialIds.endOfText,
    tokensPerMicroBatch,
  });
  return { engine, processor, backend };
}
