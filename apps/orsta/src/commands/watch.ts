import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createIngest, createMonitor, jsonlSink, MonitorError, type Ingest } from '@vtriune/monitor';
import { startDashboard, type Dashboard } from '@vtriune/monitor/dashboard';
import type { CommandContext } from '../context.ts';

/** Options of `orsta watch`. */
export interface WatchCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  /** Where runs of other trainers are kept; without it no records are taken. */
  readonly ingest?: string;
}

/** Shows runs as a page until Ctrl-C. Without folders it shows `runs`. */
export async function watchCommand(given: readonly string[], options: WatchCommandOptions, context: CommandContext): Promise<void> {
  const { ingest: kept, ...address } = options;
  const folder = kept === undefined ? undefined : resolve(context.cwd, kept);
  const named = (given.length === 0 && folder === undefined ? ['runs'] : given).map((name) => resolve(context.cwd, name));
  const runs = [...named, ...(folder === undefined ? [] : [folder])];
  const ingest = folder === undefined ? undefined : ingestInto(folder);
  const dashboard = await startDashboard({ ...address, runs, ...(ingest === undefined ? {} : { ingest: (body) => ingest.take(body) }) });
  context.output(
    `watch ${runs.join(', ')} at ${dashboard.url}${folder === undefined ? '' : ', records to POST /v1/records'}; Ctrl-C ends it\n`,
  );
  await untilStopped(context);
  await dashboard.close();
  await ingest?.close();
  context.stopped();
}

/** Records of other trainers, each run in a folder of its name. A run of `orsta train` is nobody else's. */
function ingestInto(folder: string): Ingest {
  return createIngest({
    open: (run) => {
      const place = join(folder, run);
      if (existsSync(join(place, 'recipe.yaml')))
        throw new MonitorError('invalid_record', `run "${run}" is one of orsta train in ${folder}; send your records under another name`);
      return createMonitor({ run, sinks: [jsonlSink(place)] });
    },
  });
}

/** The dashboard beside another command, on a free port of this machine; undefined where it was not asked for. */
export async function watchBeside(
  wanted: boolean | undefined,
  runs: string,
  { output }: Pick<CommandContext, 'output'>,
): Promise<Dashboard | undefined> {
  if (wanted !== true) return undefined;
  const dashboard = await startDashboard({ runs: [runs] });
  output(`watch at ${dashboard.url}\n`);
  return dashboard;
}

function untilStopped({ signal }: CommandContext): Promise<void> {
  return new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })));
}
