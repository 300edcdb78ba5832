import { resolve } from 'node:path';
import { startDashboard, type Dashboard } from '@vtriune/monitor/dashboard';
import type { CommandContext } from '../context.ts';

/** Options of `orsta watch`. */
export interface WatchCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly token?: string;
}

/** Shows runs as a page until Ctrl-C. Without folders it shows `runs`. */
export async function watchCommand(given: readonly string[], options: WatchCommandOptions, context: CommandContext): Promise<void> {
  const runs = (given.length === 0 ? ['runs'] : given).map((folder) => resolve(context.cwd, folder));
  const dashboard = await startDashboard({ ...options, runs });
  context.output(`watch ${runs.join(', ')} at ${dashboard.url} ; Ctrl-C ends it\n`);
  await untilStopped(context);
  await dashboard.close();
  context.stopped();
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
