import { resolve } from 'node:path';
import { builtins } from '@vtriune/verifiers';
import { createServiceLogger, serveRewards, type RewardServer } from '@vtriune/verifiers/server';
import { OrstaError } from '../errors.ts';
import { findProblem } from '../recipe/find-problem.ts';
import { loadYaml } from '../recipe/load-yaml.ts';
import { observeRuns } from '../serve/observe-runs.ts';
import { ServeSettings } from '../serve/serve-settings.ts';
import type { CommandContext } from '../context.ts';

/** Options of `orsta serve`: its settings on the command line, which win over those of `--config`. */
export interface ServeCommandOptions extends ServeSettings {
  readonly config?: string;
  readonly token?: string;
  readonly verbose?: boolean;
}

const MEGABYTE = 1024 * 1024;

/** Serves rewards until Ctrl-C or SIGTERM, then answers what is under way, writes all records and returns. */
export async function serveCommand(options: ServeCommandOptions, context: CommandContext): Promise<void> {
  const { config, token, verbose, ...given } = options;
  const problem = findProblem(ServeSettings, given);
  if (problem !== undefined) throw new OrstaError('usage', `command line: ${problem.message}`);
  const filed: ServeSettings = config === undefined ? {} : (await loadYaml(ServeSettings, config, { cwd: context.cwd })).value;
  // The command line can only say no to records: its yes is the default, and must not overrule a file that says no.
  const settings: ServeSettings = { ...filed, ...given, record: given.record !== false && filed.record !== false };
  const { defaultVerifier, plugins = [], runsDir = 'runs', record = true } = settings;
  if (defaultVerifier !== undefined && plugins.length === 0 && !builtins.some(({ name }) => name === defaultVerifier))
    throw new OrstaError('usage', `No verifier is named "${defaultVerifier}". Known: ${builtins.map(({ name }) => name).join(', ')}.`);
  const logger = createServiceLogger(verbose === true ? 'debug' : 'warn');
  const runs = observeRuns({
    runsDir: resolve(context.cwd, runsDir),
    rewardsPerStep: settings.rewardsPerStep ?? 1024,
    onError: (error) => logger.error({ error: String(error) }, 'results could not be recorded'),
  });
  const server = await serveRewards({
    host: settings.host ?? '127.0.0.1',
    port: settings.port ?? 8700,
    plugins,
    resolveFrom: context.cwd,
    logger,
    ...(record ? { observer: runs.observe } : {}),
    ...(token === undefined ? {} : { token }),
    ...(settings.workers === undefined ? {} : { workers: settings.workers }),
    ...(settings.deadlineMs === undefined ? {} : { deadlineMs: settings.deadlineMs }),
    ...(settings.maxQueued === undefined ? {} : { maxQueued: settings.maxQueued }),
    ...(settings.maxBodyMb === undefined ? {} : { maxBodyBytes: settings.maxBodyMb * MEGABYTE }),
    ...(settings.corsOrigins === undefined ? {} : { corsOrigins: settings.corsOrigins }),
    ...(settings.run === undefined ? {} : { defaultRun: settings.run }),
    ...(defaultVerifier === undefined ? {} : { defaultVerifier }),
  });
  context.output(`rewards at ${server.url}${record ? `, runs in ${resolve(context.cwd, runsDir)}` : ''}; Ctrl-C ends it\n`);
  await untilStopped(server, context);
  await runs.close();
  context.stopped();
}

async function untilStopped(server: RewardServer, { signal }: CommandContext): Promise<void> {
  await new Promise<void>((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })));
  await server.close();
}
