/** Asks a model folder, orsta-nano among them, in this process and its ranks. */
import { preparePrompt, stopTokens, withMaxPixels, type Engine, type Processor } from '@vtriune/trainer';
import type { Sample } from '@vtriune/format';
import { createImageLoader } from '../../data/image-loader.ts';
import { OrstaError } from '../../errors.ts';
import { startEngine } from '../../run/engine.ts';
import { loadModelProcessor } from '../../run/prepare.ts';
import { promptLimit } from '../../run/prompt-limit.ts';
import type { Answer, Asker, AskRequest, GenerationSettings } from './asker.ts';
import { promptParts } from './prompt-parts.ts';

/** The model and how it runs. */
export interface LocalOptions {
  readonly path: string;
  readonly ranks: number;
  readonly batchSize: number;
  readonly maxPixels?: number;
  /** Longest prompt in tokens, visual tokens included; by default that of training. */
  readonly maxPromptTokens?: number;
  readonly settings: GenerationSettings;
}

/** An asker for a model folder; `close` ends its ranks. */
export async function localAsker(options: LocalOptions): Promise<Asker> {
  const processor = withMaxPixels(await loadModelProcessor(options.path), options.maxPixels);
  const images = createImageLoader({ processor: processor.config });
  const maxPromptTokens = promptLimit(options.maxPromptTokens);
  const { engine } = await startEngine(
    { model: { path: options.path }, frozen: [], engine: { ranks: options.ranks, tokensPerMicroBatch: 4096 } },
    processor,
  );
  return {
    model: options.path,
    batchSize: options.batchSize,
    slots: 1,
    ask: (requests) => answerAll(requests, { settings: options.settings, maxPromptTokens, engine, processor, images }),
    close: () => engine.close(),
  };
}

interface Local {
  readonly settings: GenerationSettings;
  readonly maxPromptTokens: number;
  readonly engine: Engine;
  readonly processor: Processor;
  readonly images: ReturnType<typeof createImageLoader>;
}

async function answerAll(
  requests: readonly AskRequest[],
  { engine, processor, images, settings, maxPromptTokens }: Local,
): Promise<Answer[]> {
  const prompts = await Promise.all(
    requests.map(async (request) => {
      const sample = sampleOf(request);
      const loaded = await Promise.all(sample.images.map((image) => images.load(image, '')));
      return preparePrompt(processor, { sample, images: loaded }, maxPromptTokens);
    }),
  );
  const generations = await engine.generate(
    prompts.map(({ tokenIds, images: own }, index) => ({ tokenIds, images: own, key: keyOf(requests[index]) })),
    {
      groupSize: 1,
      maxNewTokens: settings.maxNewTokens,
      temperature: settings.temperature,
      topP: 1,
      topK: 0,
      seed: settings.seed,
      stopTokenIds: stopTokens(processor),
    },
  );
  const special: ReadonlySet<number> = new Set(stopTokens(processor));
  return generations.map(([generation], index) => {
    const prompt = prompts[index];
    if (generation === undefined || prompt === undefined) throw new OrstaError('evaluation_failed', 'The model gave no answer.');
    const tokens = generation.tokenIds.filter((id) => !special.has(id));
    return {
      response: processor.tokenizer.decode(tokens),
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
function keyOf(request: AskRequest | undefined): number {
  let hash = 2166136261;
  for (const character of `${request?.id ?? ''}#${String(request?.attempt ?? 0)}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}
