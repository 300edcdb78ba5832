import { resolve } from 'node:path';
import { SettingsError } from '@vtriune/format/settings';
import { builtins } from '@vtriune/verifiers';
import { createServiceLogger, serveRewards, type RewardServer } from '@vtriune/verifiers/server';
import type { CommandContext } from '../context.ts';
import { observeRuns } from '../curves/observe-runs.ts';
import { OrstaError } from '../errors.ts';
import { loadYaml } from '../recipe/load-yaml.ts';
import { openRedisRunState } from './redis-run-state.ts';
import { ServeSettings, type ServeSettingsInput } from './serve-settings.ts';
import { watchBeside } from './watch.ts';

/** Options of `orsta serve`: its settings on the command line, which win over those of `--config`. */
export interface ServeCommandOptions extends ServeSettingsInput {
  readonly config?: string;
  readonly token?: string;
  readonly verbose?: boolean;
  /** Show the recorded runs as a page meanwhile. */
  readonly watch?: boolean;
}

const MEGABYTE = 1024 * 1024;

/** Serves rewards until Ctrl-C or SIGTERM, then answers what is under way, writes all records and returns. */
export async function serveCommand(options: ServeCommandOptions, context: CommandContext): Promise<void> {
  const { config, token, verbose, watch, ...given } = options;
  const settings = readSettings(given, config === undefined ? {} : await readFile(config, context.cwd));
  const { record, defaultVerifier, maxBodyMb, run, workers, maxRuns, rewardsPerStep, runsDir, redisUrl, ...served } = settings;
  if (defaultVerifier !== undefined && served.plugins.length === 0 && !builtins.some(({ name }) => name === defaultVerifier))
    throw new OrstaError('usage', `No verifier is named "${defaultVerifier}". Known: ${builtins.map(({ name }) => name).join(', ')}.`);
  const folder = resolve(context.cwd, runsDir);
  const logger = createServiceLogger(verbose === true ? 'debug' : 'warn');
  const runs = record ? observeRuns({ runsDir: folder, rewardsPerStep, maxRuns }) : undefined;
  const state = redisUrl === undefined ? undefined : await openRedisRunState(redisUrl);
  const server = await serveRewards({
    ...served,
    resolveFrom: context.cwd,
    logger,
    maxBodyBytes: maxBodyMb * MEGABYTE,
    defaultRun: run,
    ...(runs === undefined ? {} : { observer: runs.observe }),
    ...(state === undefined ? {} : { state }),
    ...(token === undefined ? {} : { token }),
    ...(workers === undefined ? {} : { workers }),
    ...(defaultVerifier === undefined ? {} : { defaultVerifier }),
  });
  context.output(`rewards at ${server.url}${record ? `, runs in ${folder}` : ''}; Ctrl-C ends it\n`);
  const dashboard = await watchBeside(watch, folder, context);
  await untilStopped(server, context);
  await dashboard?.close();
  await runs?.close();
  await state?.close();
  context.stopped();
}

async function readFile(path: string, cwd: string): Promise<ServeSettingsInput> {
  return (await loadYaml(ServeSettings, path, { cwd })).value;
}

function readSettings(given: ServeSettingsInput, filed: ServeSettingsInput): ServeSettings {
  try {
    // The command line can only say no to records. Its yes is the default, and must not overrule a file that says no.
    return ServeSettings.parse({ ...filed, ...given, record: given.record !== false && filed.record !== false });
  } catch (error) {
    throw error instanceof SettingsError ? new OrstaError('usage', `command line: ${error.message}`, { cause: error }) : error;
  }
}

async function untilStopped(server: RewardServer, { signal }: CommandContext): Promise<void> {
  await new Promise<void>((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })));
  await server.close();
}
