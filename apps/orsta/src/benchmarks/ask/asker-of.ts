import { resolve } from 'node:path';
import { OrstaError } from '../../errors.ts';
import type { AskedModel } from '../../run/asked-model.ts';
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
  readonly temperature: number;
  readonly seed: number;
}

/** Where the program runs, and how whoever is asked is asked. */
export interface AskerPlace {
  readonly cwd: string;
  readonly maxNewTokens: number;
  /** The model folder that is asked; absent for servers and the AI SDK. */
  readonly local?: AskedModel | undefined;
}

/** The asker that the options name. */
export async function askerOf(options: AskerOptions, { cwd, maxNewTokens, local }: AskerPlace): Promise<Asker> {
  const { model, url, apiKey, aiSdk, slots, temperature, seed } = options;
  const settings = { maxNewTokens, temperature, seed };
  if (local !== undefined) {
    const { localAsker } = await import('./local-asker.ts');
    return localAsker({ asked: local, ranks: options.ranks, batchSize: options.batch, settings });
  }
  const timeoutMs = options.timeout * 1000;
  if (aiSdk !== undefined) return sdkAsker({ module: aiSdk, cwd, slots, timeoutMs, settings });
  if (model === undefined || url === undefined) throw new OrstaError('usage', 'There is no model to ask. Give --model.');
  return serverAsker({ url, model, slots, timeoutMs, settings, ...(apiKey === undefined ? {} : { apiKey }) });
}

/** What the result calls the model: the same each time, whatever is loaded. */
export function modelNameOf({ model, url, aiSdk }: AskerOptions, { cwd, local }: Pick<AskerPlace, 'cwd' | 'local'>): string {
  if (local !== undefined) return local.model.path;
  return aiSdk === undefined ? `${String(model)} at ${String(url)}` : resolve(cwd, aiSdk);
}
