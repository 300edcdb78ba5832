/** `orsta serve`, `adapter` and `launch` with their options: what runs beside another trainer. */
import { Option, type Command } from 'commander';
import { adapterNames } from '../adapters/adapter-text.ts';
import type { TableParts } from '../late-options.ts';
import type { AdapterCommandOptions } from './adapter.ts';
import type { LaunchCommandOptions } from './launch.ts';
import type { ServeCommandOptions } from './serve.ts';
import { recipe } from './shared-options.ts';

/** Adds `serve` and `adapter`. */
export function addServe(program: Command, { context, late }: TableParts): void {
  const serve = program
    .command('serve')
    .description('serve rewards over HTTP to any trainer')
    .option('--config <file>', 'settings as YAML; options here win')
    .addOption(new Option('--token <token>', 'bearer token that clients must send').env('VTRIUNE_TOKEN'))
    .option('--verbose', 'log every request')
    .option('--watch', 'show the recorded runs as a page on this machine')
    .action(async (options: ServeCommandOptions) => (await import('./serve.ts')).serveCommand(options, context));
  late(serve, async () => {
    const [{ ServeSettings }, { settingOptions }] = await Promise.all([import('./serve-settings.ts'), import('./setting-options.ts')]);
    for (const option of settingOptions(ServeSettings.explain())) serve.addOption(option);
  });
  program
    .command('adapter')
    .description('print the Python file that lets a trainer take its rewards from orsta serve')
    .argument('<trainer>', adapterNames.join(', '))
    .option('--out <file>', 'where it goes instead of standard output')
    .option('--force', 'replace the file if it exists')
    .option('--with-monitor', 'adds what streams the run to `orsta watch` (trl, verl)')
    .action(async (name: string, options: AdapterCommandOptions) => (await import('./adapter.ts')).adapterCommand(name, options, context));
}

/** Adds `launch` and what looks after its jobs. */
export function addLaunch(program: Command, { context, late }: TableParts): void {
  const runsDir = new Option('--runs-dir <folder>', 'folder of all runs').default('runs');
  const launch = program
    .command('launch')
    .description('run a recipe on a Ray cluster, through TRL or verl')
    .argument(...recipe)
    .option('--ray <url>', "address of Ray's dashboard", 'http://127.0.0.1:8265')
    .option('--run-name <name>', "name of the run instead of the recipe's")
    .addOption(runsDir)
    .option('--resume', 'go on from the newest checkpoint of a run whose job has ended')
    .option('--detach', 'submit and do not follow the log')
    .option('--dry-run', 'print the settings of the engine and what the run needs, and stop')
    .action(async (given: string[], options: LaunchCommandOptions) => (await import('./launch.ts')).launchCommand(given, options, context));
  late(launch, async () => {
    const { ENGINES } = await import('../launch/engine-settings.ts');
    launch.addOption(new Option('--engine <name>', 'trainer on the cluster').choices(ENGINES));
  });
  const run = ['<run>', 'name of the run'] as const;
  for (const [name, description, action] of [
    ['status', 'state of the job of a run', 'launchStatus'],
    ['logs', 'follow the job of a run, and take its metrics into the records', 'launchLogs'],
    ['stop', 'stop the job of a run', 'launchStop'],
  ] as const)
    launch
      .command(name)
      .description(description)
      .argument(...run)
      .addOption(runsDir)
      .action(async (given: string, options: { runsDir: string }) => (await import('./launch.ts'))[action](given, options, context));
}
