import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fetchModel, parseHubName } from '@vtriune/trainer';
import type { CommandContext } from '../context.ts';
import { createLive } from '../report/live.ts';

/**
 * The folder of a model: a path, or a model of the Hugging Face Hub (`hub:OWNER/NAME@REVISION`), which is downloaded where it is not in the cache.
 * Cache, server and token are those of Python's tools: `HF_HOME`, `HF_HUB_CACHE`, `HF_ENDPOINT`, `HF_TOKEN`.
 */
export async function localModel(name: string, context: CommandContext, { weights = true }: { weights?: boolean } = {}): Promise<string> {
  const model = parseHubName(name);
  if (model === undefined) return resolve(context.cwd, name);
  const { env } = process;
  const live = createLive({ ...context, output: context.notice });
  const folder = await fetchModel({
    ...model,
    weights,
    cacheFolder: env['HF_HUB_CACHE'] ?? join(env['HF_HOME'] ?? join(homedir(), '.cache', 'huggingface'), 'hub'),
    ...(env['HF_ENDPOINT'] === undefined ? {} : { hubUrl: env['HF_ENDPOINT'].replace(/\/+$/, '') }),
    ...(env['HF_TOKEN'] === undefined ? {} : { token: env['HF_TOKEN'] }),
    signal: context.signal,
    onBytes: (file, done, total) => live.progress(`${file}, MB`, megabytes(done), megabytes(total ?? done)),
  });
  live.line(`${name} is in ${folder}`);
  return folder;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
