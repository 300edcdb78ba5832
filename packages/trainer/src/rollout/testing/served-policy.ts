import { readAdapter } from '../../adapters/adapter-files.ts';
import type { Engine } from '../../engines/engine.ts';
import { createLocalEngine } from '../../engines/local-engine.ts';
import { loadModel, type LoadedModel } from '../../models/qwen2-5-vl/load-model.ts';
import { decodeImage } from '../../processor/decode-image.ts';
import { loadProcessor, type Processor } from '../../processor/processor.ts';
import { splitPatches } from '../../data/prepare-prompt.ts';
import type { ChatMessage } from '../../tokenizer/chat.ts';
import { refuse } from './request-check.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';

/** What a test server samples from: this package's own policy, loaded from folders as a server does it. */
export interface ServedPolicy {
  readonly processor: Processor;
  /** Goes on with another model folder; its version is told to who asks. */
  load(folder: string, version: string): Promise<void>;
  readonly version: () => string | undefined;
  loadAdapter(name: string, folder: string): Promise<void>;
  /** Whether there was such an adapter. */
  unloadAdapter(name: string): boolean;
  readonly adapters: () => readonly string[];
  /** The prompt of a chat whose images are `data:` URLs. */
  read(messages: readonly ChatMessage[], urls: readonly string[]): Promise<Omit<GenerationPrompt, 'key'>>;
  /** Token ids with one placeholder for each image, which become as many as the image has visual tokens. The other ids stay as they are. */
  readTokens(tokenIds: readonly number[], urls: readonly string[]): Promise<Omit<GenerationPrompt, 'key'>>;
  /** Samples from the model, or from an adapter on it. */
  sample(prompt: GenerationPrompt, options: GenerationOptions, adapter?: string): Promise<Generation[]>;
}

const DATA_URL = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/;

/** Loads a model folder. The caller has selected the backend. */
export async function servePolicy(modelFolder: string): Promise<ServedPolicy> {
  const processor = await loadProcessor(modelFolder);
  let engine = await engineOf(processor, modelFolder);
  let version: string | undefined;
  const adapters = new Map<string, Engine>();
  return {
    processor,
    load: async (folder, name) => {
      const next = await engineOf(processor, folder);
      await engine.close();
      [engine, version] = [next, name];
    },
    version: () => version,
    loadAdapter: async (name, folder) => {
      adapters.set(name, await adaptedEngine(processor, engine, folder));
    },
    unloadAdapter: (name) => adapters.delete(name),
    adapters: () => [...adapters.keys()],
    read: async (messages, urls) => readPrompt(processor, messages, urls),
    readTokens: async (tokenIds, urls) => expandPrompt(processor, tokenIds, urls),
    sample: async (prompt, options, adapter) => {
      const own = adapter === undefined ? engine : adapters.get(adapter);
      if (own === undefined) refuse(`there is no adapter ${String(adapter)}`);
      const [responses] = await own.generate([prompt], options);
      if (responses === undefined) refuse('the engine gave no group');
      return responses;
    },
  };
}

async function engineOf(processor: Processor, folder: string): Promise<Engine> {
  return createEngine(processor, await loadModel(folder));
}

/** An engine with an adapter on the weights that another engine has: the folder that those came from may be gone. */
async function adaptedEngine(processor: Processor, base: Engine, folder: string): Promise<Engine> {
  const { parameters } = await readAdapter(folder, base.config);
  const { parameters: own } = await base.snapshot();
  return createEngine(processor, { config: base.config, parameters: new Map([...own, ...parameters]) });
}

function createEngine({ tokenizer }: Processor, model: LoadedModel): Engine {
  return createLocalEngine({ ...model, frozen: [], paddingTokenId: tokenizer.specialIds.endOfText, tokensPerMicroBatch: 4096 });
}

async function readPrompt(
  processor: Processor,
  messages: readonly ChatMessage[],
  urls: readonly string[],
): Promise<Omit<GenerationPrompt, 'key'>> {
  const images = await Promise.all(urls.map((url) => decodeImage(pngOf(url))));
  const { tokenIds, patches, grids, imageSizes } = processor.process({ messages, images, addGenerationPrompt: true });
  for (const { width, height, resizedWidth, resizedHeight } of imageSizes) {
    if (width !== resizedWidth || height !== resizedHeight)
      refuse(`an image of ${String(width)}x${String(height)} pixels would be resized to ${String(resizedWidth)}x${String(resizedHeight)}`);
  }
  return { tokenIds, images: splitPatches(patches, grids) };
}

async function expandPrompt(
  processor: Processor,
  tokenIds: readonly number[],
  urls: readonly string[],
): Promise<Omit<GenerationPrompt, 'key'>> {
  const { imagePad } = processor.tokenizer.specialIds;
  const places = tokenIds.filter((id) => id === imagePad).length;
  if (places !== urls.length) refuse(`the prompt has ${String(places)} image placeholders and ${String(urls.length)} images`);
  const { images } = await readPrompt(processor, [{ role: 'user', content: urls.map(() => ({ type: 'image' as const })) }], urls);
  const counts = images.map(({ grid: [frames, rows, columns] }) => (frames * rows * columns) / processor.config.mergeSize ** 2).values();
  const expanded = tokenIds.flatMap((id) => (id === imagePad ? Array.from({ length: Number(counts.next().value) }, () => id) : [id]));
  return { tokenIds: expanded, images };
}

function pngOf(url: string): Uint8Array {
  const encoded = DATA_URL.exec(url)?.[1];
  if (encoded === undefined) refuse(`${url.slice(0, 40)} is not a data: URL of a PNG`);
  return Buffer.from(encoded, 'base64');
}
