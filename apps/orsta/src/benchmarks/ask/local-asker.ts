/** Asks a model folder, orsta-nano among them, in this process and its ranks. */
import { at } from '@vtriune/format/at';
import type { Sample } from '@vtriune/format';
import { evaluate, withMaxPixels, type Engine, type Processor } from '@vtriune/trainer';
import { createImageLoader } from '../../data/image-loader.ts';
import type { AskedModel } from '../../run/asked-model.ts';
import { startEngine } from '../../run/engine.ts';
import { loadModelProcessor } from '../../run/prepare.ts';
import type { Answer, Asker, AskRequest, GenerationSettings } from './asker.ts';
import { promptParts } from './prompt-parts.ts';

/** The model and how it runs. */
export interface LocalOptions {
  readonly asked: AskedModel;
  readonly ranks: number;
  readonly batchSize: number;
  readonly settings: GenerationSettings;
}

/** An asker for a model folder; `close` ends its ranks. */
export async function localAsker(options: LocalOptions): Promise<Asker> {
  const { asked, ranks, batchSize } = options;
  const processor = withMaxPixels(await loadModelProcessor(asked.model.path), asked.maxPixels);
  // Tools look at images as they are stored.
  const images = createImageLoader(asked.tools === undefined ? { processor: processor.config } : {});
  const { engine } = await startEngine({ model: asked.model, frozen: [], engine: { ranks, tokensPerMicroBatch: 4096 } }, processor);
  return {
    model: asked.model.path,
    batchSize,
    slots: 1,
    ask: (requests) => answerAll(requests, { ...options, engine, processor, images }),
    close: () => engine.close(),
  };
}

interface Local extends LocalOptions {
  readonly engine: Engine;
  readonly processor: Processor;
  readonly images: ReturnType<typeof createImageLoader>;
}

async function answerAll(requests: readonly AskRequest[], { asked, settings, engine, processor, images }: Local): Promise<Answer[]> {
  const items = await Promise.all(
    requests.map(async (request) => {
      const sample = sampleOf(request);
      return { sample, images: await Promise.all(sample.images.map((image) => images.load(image, ''))) };
    }),
  );
  const { model: _model, maxPixels: _maxPixels, ...asking } = asked;
  const rollouts = await evaluate({
    engine,
    processor,
    items,
    keys: requests.map(keyOf),
    // The benchmark scores when all responses are there.
    reward: (responses) => Promise.resolve(responses.map(() => ({ status: 'scored' as const, reward: 0 }))),
    ...asking,
    ...settings,
    batchSize: items.length,
  });
  return requests.map((_, index) => {
    const { response, trajectory, prompt, generation } = at(rollouts, index);
    return {
      response,
      ...(trajectory === undefined ? {} : { trajectory }),
      promptTokens: prompt.tokenIds.length,
      completionTokens: generation.tokenIds.length,
    };
  });
}

function sampleOf({ id, prompt, images }: AskRequest): Sample {
  const parts = promptParts(prompt, images);
  return {
    data_source: 'benchmark',
    images: parts.flatMap((part) => ('image' in part ? [part.image] : [])),
    prompt: [{ role: 'user', content: parts.map((part) => ('text' in part ? part.text : '<image>')).join('') }],
    ability: 'benchmark',
    reward_model: { verifier: 'text', ground_truth: '' },
    extra_info: { id },
  };
}

/** The same question and attempt draw the same numbers, in whatever batch they come. */
function keyOf({ id, attempt }: AskRequest): number {
  let hash = 2166136261;
  for (const character of `${id}#${String(attempt)}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}
