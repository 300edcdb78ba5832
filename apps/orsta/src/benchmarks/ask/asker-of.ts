import { resolve } from 'node:path';
import { OrstaError } from '../../errors.ts';
import type { Asker } from './asker.ts';
import { sdkAsker } from './sdk-asker.ts';
import { serverAsker } from './server-asker.ts';

/** Whom to ask and how: a server at `url`, a module of the AI SDK, or a model folder. */
export interface AskerOptions {
  /** Folder of a model, or with `url` the name by which the server knows its model. */
  readonly model?: string;
  readonly url?: string;
  readonly apiKey?: string;
  /** Path of a module that default-exports a LanguageModel. */
  readonly aiSdk?: string;
  readonly slots: number;
  readonly timeout: number;
  readonly ranks: number;
  readonly batch: number;
  readonly maxPixels?: number;
  readonly maxNewTokens: number;
  /** Longest prompt of a model folder, by default that of training; servers have their own. */
  readonly maxPromptTokens?: number;
  readonly temperature: number;
  readonly seed: number;
}

/** The asker that the options name. */
export async function askerOf(options: AskerOptions, cwd: string): Promise<Asker> {
  const { model, url, apiKey, aiSdk, slots, maxNewTokens, temperature, seed, maxPixels, maxPromptTokens } = options;
  const settings = { maxNewTokens, temperature, seed };
  const timeoutMs = options.timeout * 1000;
  if (aiSdk !== undefined) return sdkAsker({ module: aiSdk, cwd, slots, timeoutMs, settings });
  if (model === undefined) throw new OrstaError('usage', 'There is no model to ask. Give --model.');
  if (url !== undefined) return serverAsker({ url, model, slots, timeoutMs, settings, ...(apiKey === undefined ? {} : { apiKey }) });
  const { localAsker } = await import('./local-asker.ts');
  return localAsker({
    path: resolve(cwd, model),
    ranks: options.ranks,
    batchSize: options.batch,
    settings,
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(maxPromptTokens === undefined ? {} : { maxPromptTokens }),
  });
}

/** What the result calls the model: the same each time, whatever is loaded. */
export function modelNameOf({ model, url, aiSdk }: AskerOptions, cwd: string): string {
  if (aiSdk !== undefined) return resolve(cwd, aiSdk);
  return url === undefined ? resolve(cwd, model ?? '') : `${model ?? ''} at ${url}`;
}
