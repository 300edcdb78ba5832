/** Asks a `LanguageModel` of the AI SDK: a module of the user's that default-exports one. The package `ai` is the user's too. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LanguageModel, ModelMessage } from 'ai';
import { OrstaError } from '../../errors.ts';
import { isRecord } from '../../is-record.ts';
import { requireOf } from '../optional-package.ts';
import { AskError, type Answer, type Asker, type AskRequest, type GenerationSettings } from './asker.ts';
import { imageBytes, mediaType, promptParts } from './prompt-parts.ts';

type Sdk = Pick<typeof import('ai'), 'generateText' | 'APICallError'>;

/** The module with the model. */
export interface SdkOptions {
  /** Path of a module, relative to `cwd`. */
  readonly module: string;
  readonly cwd: string;
  readonly slots: number;
  readonly timeoutMs: number;
  readonly settings: GenerationSettings;
}

/** An asker for a model of the AI SDK. Throws `usage` where the module has none or `ai` is not installed beside it. */
export async function sdkAsker(options: SdkOptions): Promise<Asker> {
  const path = resolve(options.cwd, options.module);
  const sdk = await importSdk(path);
  const module: unknown = await import(pathToFileURL(path).href);
  const model = isRecord(module) ? module['default'] : undefined;
  if (!isModel(model))
    throw new OrstaError('usage', `${options.module} does not default-export a LanguageModel, such as openai('gpt-4o').`);
  return {
    model: typeof model === 'string' ? model : model.modelId,
    batchSize: 1,
    slots: options.slots,
    ask: (requests, signal) => Promise.all(requests.map((request) => askModel(request, { sdk, model, options, signal }))),
    close: () => Promise.resolve(),
  };
}

async function importSdk(module: string): Promise<Sdk> {
  const require = requireOf('ai', [module]);
  if (require !== undefined) return (await import(pathToFileURL(require.resolve('ai')).href)) as Sdk;
  throw new OrstaError('usage', 'The package ai is not installed. Run npm install ai in the project of the module.');
}

function isModel(value: unknown): value is LanguageModel {
  return (typeof value === 'string' && value !== '') || (isRecord(value) && typeof value['doGenerate'] === 'function');
}

async function askModel(
  request: AskRequest,
  { sdk, model, options, signal }: { sdk: Sdk; model: LanguageModel; options: SdkOptions; signal: AbortSignal },
): Promise<Answer> {
  const { settings, timeoutMs } = options;
  try {
    const { text, usage } = await sdk.generateText({
      model,
      messages: [await messageOf(request)],
      maxOutputTokens: settings.maxNewTokens,
      temperature: settings.temperature,
      seed: settings.seed + request.attempt,
      maxRetries: 0,
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { response: text, promptTokens: usage.inputTokens ?? 0, completionTokens: usage.outputTokens ?? 0 };
  } catch (cause) {
    signal.throwIfAborted();
    const message = `${request.id}: ${cause instanceof Error ? cause.message : String(cause)}`;
    const final = sdk.APICallError.isInstance(cause) && !cause.isRetryable;
    throw final ? new OrstaError('evaluation_failed', message, { cause }) : new AskError(message, { cause });
  }
}

async function messageOf({ prompt, images }: AskRequest): Promise<ModelMessage> {
  const content = promptParts(prompt, images).map(async (part) => {
    if ('text' in part) return { type: 'text' as const, text: part.text };
    const image = await imageBytes(part.image);
    return { type: 'image' as const, image, mediaType: mediaType(image) };
  });
  return { role: 'user', content: await Promise.all(content) };
}
