// The commands of `orsta` with their options; what each does is in `commands/`. Commander writes the help, checks the options and says what
// is misspelled. Left out: defaults of recipes, which belong to the recipe, and everything that writes or exits.
import { createRequire } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import { TRAINERS } from '@vtriune/format';
import { curationSettings } from '@vtriune/format/curate';
import { adapterNames } from './adapters/adapter-text.ts';
import { adapterCommand, type AdapterCommandOptions } from './commands/adapter.ts';
import { backendDoctor, backendInstall, backendList, backendUninstall, type BackendInstallOptions } from './commands/backend.ts';
import type { CommandContext } from './context.ts';
import { rewriteCommand, synthCommand, type RewriteCommandOptions, type SynthOptions } from './commands/data.ts';
import { curateCommand, type CurateCommandOptions } from './commands/data-curate.ts';
import { mixCommand, type MixCommandOptions } from './commands/data-mix.ts';
import { statsCommand, type StatsCommandOptions } from './commands/data-stats.ts';
import { validateCommand, type ValidateCommandOptions } from './commands/data-validate.ts';
import { convertCommand, convertKinds, type ConvertOptions } from './commands/data-convert.ts';
import { addBenchmarks } from './commands/bench-table.ts';
import { importCommand, importKinds, type ImportCommandOptions } from './commands/import.ts';
import { initCommand, type InitCommandOptions } from './commands/init.ts';
import { evalCommand, type EvalCommandOptions } from './commands/eval.ts';
import { launchCommand, launchLogs, launchStatus, launchStop, type LaunchCommandOptions } from './commands/launch.ts';
import { newVerifierCommand, type NewVerifierOptions } from './commands/new-verifier.ts';
import { modelCommand, type ModelCommandOptions } from './commands/model.ts';
import { promptLimitOption } from './commands/prompt-limit-option.ts';
import { predictCommand, type PredictCommandOptions } from './commands/predict.ts';
import { pretrain, type PretrainOptions } from './commands/pretrain.ts';
import { previewCommand, type PreviewCommandOptions } from './commands/preview.ts';
import { scoreCommand, type ScoreCommandOptions } from './commands/score.ts';
import { ServeSettings } from './commands/serve-settings.ts';
import { serveCommand, type ServeCommandOptions } from './commands/serve.ts';
import { settingOptions } from './commands/setting-options.ts';
import { ENGINES } from './launch/engine-settings.ts';
import { recipeSettings } from './recipe/schema.ts';
import { settingsHelp } from './recipe/settings-help.ts';
import { splitArguments, trainCommand, type TrainCommandOptions } from './commands/train.ts';
import { watchCommand, type WatchCommandOptions } from './commands/watch.ts';
import { reportCommand, type ReportCommandOptions } from './commands/report.ts';

const split = new Option('--split <split>', 'held-out split').choices(['train', 'validation', 'test']).default('test');
const plugins = new Option('--plugins <names...>', 'verifier packages, by npm name or path');
const recipe = ['<recipe...>', 'recipe files, later ones win, and overrides such as trainer.steps=3'] as const;

function whole(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Of nothing there is no accuracy: a count of 0 would end in a table of zeros. */
function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** All commands; each writes through the context and throws what goes wrong. */
export function commandTable(context: CommandContext): Command {
  const program = new Command('orsta')
    .description('One vision-language model learns visual reasoning and perception by RL.')
    .version(versionOfProgram(), '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: context.output, writeErr: context.notice });
  addRuns(program, context);
  addData(program, context);
  addServe(program, context);
  addLaunch(program, context);
  addModel(program, context);
  addViews(program, context);
  addBackend(program, context);
  program
    .command('new')
    .description('start a package of your own')
    .command('verifier')
    .description('a verifier package whose tests pass as generated')
    .argument('<name>', 'npm name, such as polygon-iou')
    .option('--out <folder>', 'where it goes instead of a folder of its name')
    .option('--packages <folder>', 'tarballs of `npm run pack` to install from instead of the registry')
    .action((name: string, options: NewVerifierOptions) => newVerifierCommand(name, options, context));
  return program;
}

function versionOfProgram(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return version;
}

function addRuns(program: Command, context: CommandContext): void {
  program
    .command('init')
    .description('make a training set of a folder of labeled images')
    .argument('<folder>', 'images, with CSV, JSONL, COCO, VOC or YOLO labels among them')
    .option('--labels <path>', 'file or folder of the labels, if not among the images')
    .option('--out <folder>', 'where samples and recipe go (default: NAME-training)')
    .option('--name <name>', 'name of the data set and the run (default: that of the folder)')
    .option('--model <folder>', 'model to train from (default: orsta-nano-base)')
    .option('--force', 'replace files of an earlier init')
    .action((folder: string, options: InitCommandOptions) => initCommand(folder, options, context));
  program
    .command('train')
    .description('train a recipe: evaluate, train, evaluate, compare')
    .argument(...recipe)
    .option('--resume', 'go on with a run that was stopped or killed')
    .option('--run-name <name>', "name of the run instead of the recipe's")
    .option('--runs-dir <folder>', 'folder of all runs', 'runs')
    .option('--again', 'go on with the unfinished run of this name, or start a new one as NAME-2, NAME-3, ...')
    .option('--dry-run', 'print the resolved recipe and the plan, and stop')
    .option('--watch', 'show the runs as a page on this machine meanwhile')
    .addHelpText('after', `\nSettings of a recipe:\n${settingsHelp(recipeSettings.explain())}`)
    .action((given: string[], options: TrainCommandOptions) => trainCommand(given, options, context));
  const evaluation = program.command('eval').description('evaluate a model; without a subcommand: samples');
  evaluation
    .command('samples', { isDefault: true })
    .description('evaluate a model on the held-out suite or a file of samples')
    .requiredOption('--model <folder>', 'model or checkpoint folder, or hub:OWNER/NAME')
    .option('--adapter <folder>', 'LoRA adapter of the model')
    .option('--data <file>', 'samples to evaluate on instead of the suite')
    .option('--samples <n>', 'samples a task', positive, 100)
    .addOption(split)
    .option('--pass-at <k>', 'responses a sample, the best counts; 1 is greedy', positive, 1)
    .option('--max-new-tokens <n>', 'longest response', positive, 64)
    .addOption(promptLimitOption(positive))
    .option('--max-pixels <n>', 'largest image area of --data', positive)
    .option('--ranks <n>', 'worker threads', positive, 2)
    .option('--seed <n>', 'seed of sampling', whole, 1)
    .addOption(plugins)
    .option('--json', 'print JSON')
    .option('--out <file>', 'write every response with its accuracies, one line of JSON each')
    .action((options: EvalCommandOptions) => evalCommand(options, context));
  addBenchmarks(evaluation, context);
  program
    .command('pretrain')
    .description('pre-train orsta-nano')
    .argument(...recipe)
    .option('--runs-dir <folder>', 'folder of all runs', 'runs')
    .action((given: string[], options: PretrainOptions) => pretrain(splitArguments(given), options, context));
}

function addModel(program: Command, context: CommandContext): void {
  program
    .command('predict')
    .description('ask a model about an image; draws the boxes of its answer')
    .requiredOption('--model <folder>', 'model or checkpoint folder, or hub:OWNER/NAME')
    .option('--adapter <folder>', 'LoRA adapter of the model')
    .requiredOption('--image <file>', 'image to look at')
    .requiredOption('--prompt <text>', 'what to ask')
    .option('--out <png>', 'picture of the answer (default: IMAGE-answer.png)')
    .option('--max-pixels <n>', 'largest image area', positive)
    .option('--max-new-tokens <n>', 'longest response', positive, 64)
    .addOption(promptLimitOption(positive))
    .action((options: PredictCommandOptions) => predictCommand(options, context));
  program
    .command('model')
    .description('what a model takes in memory, from its configuration alone')
    .argument('<folder>', 'model folder, or hub:OWNER/NAME@REVISION')
    .option('--ranks <n>', 'ranks with a copy each', positive, 1)
    .option('--memory <gigabytes>', 'memory to fit in (default: that of this machine)', positive)
    .option('--fetch', 'download the weights too, and print the folder')
    .action((folder: string, options: ModelCommandOptions) => modelCommand(folder, options, context));
}

function addViews(program: Command, context: CommandContext): void {
  program
    .command('watch')
    .description('show runs as a page: curves, rollouts with their boxes, alarms')
    .argument('[runs...]', 'run folders, or folders of runs (default: runs)')
    .option('--host <host>', 'address to listen on; any other than 127.0.0.1 needs a token', '127.0.0.1')
    .option('--port <n>', 'port; 0 takes a free one', whole, 8765)
    .addOption(new Option('--token <token>', 'what visitors must bring').env('VTRIUNE_TOKEN'))
    .option('--ingest <folder>', 'take records of other trainers at POST /v1/records, and keep their runs there')
    .action((runs: string[], options: WatchCommandOptions) => watchCommand(runs, options, context));
  program
    .command('import')
    .description('make a run folder of the log of another trainer, for watch and report')
    .argument('<kind>', importKinds.join(', '))
    .argument('<path>', 'the log: a file; for trl and tensorboard also a folder')
    .option('--run-name <name>', 'name of the run (default: that of the log)')
    .option('--runs-dir <folder>', 'folder of all runs', 'runs')
    .action((kind: string, path: string, options: ImportCommandOptions) => importCommand({ kind, path }, options, context));
  program
    .command('report')
    .description('write one HTML file about runs: curves, before and after, rollouts, recipe, comparison')
    .argument('<runs...>', 'run folders')
    .option('--out <html>', 'where it goes (default: report.html in the first run folder)')
    .option('--png <png>', 'the curves also as a picture')
    .action((runs: string[], options: ReportCommandOptions) => reportCommand(runs, options, context));
}

function addBackend(program: Command, context: CommandContext): void {
  const backend = program.command('backend').description('native libraries that TensorFlow.js computes with');
  backend
    .command('list')
    .description('backends, and which native libraries are installed')
    .action(() => backendList(context));
  backend
    .command('install')
    .description('fetch TensorFlow and let TensorFlow.js compute with it (Linux on x64)')
    .argument('<variant>', 'cpu, or gpu')
    .option('--version <version>', 'version of TensorFlow')
    .option('--cuda', 'fetch the CUDA libraries too (2.7 GB), for gpu')
    .option('--no-pip', 'read the package index directly, without pip')
    .action((variant: string, options: BackendInstallOptions) => backendInstall(variant, options, context));
  backend
    .command('doctor')
    .description('check machine, driver and libraries, and say what to do')
    .action(() => backendDoctor(context));
  backend
    .command('uninstall')
    .description('take the native libraries away')
    .argument('[variant]', 'cpu or gpu; both where absent')
    .action((variant: string | undefined) => backendUninstall(variant, context));
}

function addServe(program: Command, context: CommandContext): void {
  const serve = program
    .command('serve')
    .description('serve rewards over HTTP to any trainer')
    .option('--config <file>', 'settings as YAML; options here win')
    .addOption(new Option('--token <token>', 'bearer token that clients must send').env('VTRIUNE_TOKEN'))
    .option('--verbose', 'log every request')
    .option('--watch', 'show the recorded runs as a page on this machine')
    .action((options: ServeCommandOptions) => serveCommand(options, context));
  for (const option of settingOptions(ServeSettings.explain())) serve.addOption(option);
  program
    .command('adapter')
    .description('print the Python file that lets a trainer take its rewards from orsta serve')
    .argument('<trainer>', adapterNames.join(', '))
    .option('--out <file>', 'where it goes instead of standard output')
    .option('--force', 'replace the file if it exists')
    .option('--with-monitor', 'adds what streams the run to `orsta watch` (trl, verl)')
    .action((name: string, options: AdapterCommandOptions) => adapterCommand(name, options, context));
}

function addLaunch(program: Command, context: CommandContext): void {
  const runsDir = new Option('--runs-dir <folder>', 'folder of all runs').default('runs');
  const launch = program
    .command('launch')
    .description('run a recipe on a Ray cluster, through TRL or verl')
    .argument(...recipe)
    .addOption(new Option('--engine <name>', 'trainer on the cluster').choices(ENGINES))
    .option('--ray <url>', "address of Ray's dashboard", 'http://127.0.0.1:8265')
    .option('--run-name <name>', "name of the run instead of the recipe's")
    .addOption(runsDir)
    .option('--resume', 'go on from the newest checkpoint of a run whose job has ended')
    .option('--detach', 'submit and do not follow the log')
    .option('--dry-run', 'print the settings of the engine and what the run needs, and stop')
    .action((given: string[], options: LaunchCommandOptions) => launchCommand(given, options, context));
  const run = ['<run>', 'name of the run'] as const;
  for (const [name, description, action] of [
    ['status', 'state of the job of a run', launchStatus],
    ['logs', 'follow the job of a run, and take its metrics into the records', launchLogs],
    ['stop', 'stop the job of a run', launchStop],
  ] as const)
    launch
      .command(name)
      .description(description)
      .argument(...run)
      .addOption(runsDir)
      .action((given: string, options: { runsDir: string }) => action(given, options, context));
}

function addDataSets(data: Command, context: CommandContext): void {
  const files = ['<files...>', 'JSON lines or Parquet, also patterns such as "shards/*.parquet"'] as const;
  data
    .command('curate')
    .description('filter a training set, and say what each filter removed')
    .argument(...files)
    .requiredOption('--out <file>', 'where the kept samples go, .jsonl or .parquet')
    .option('--config <yaml>', "filters and their numbers (default: the paper's)")
    .option('--rollouts <file>', 'rewards of responses, for the filter difficulty')
    .option('--against <files...>', 'the other set, for the filter overlap')
    .option('--report <file>', 'write the report as JSON')
    .addOption(plugins)
    .addHelpText('after', `\nFilters of --config:\n${settingsHelp(curationSettings.explain())}`)
    .action((given: string[], options: CurateCommandOptions) => curateCommand(given, options, context));
  data
    .command('mix')
    .description('mix sources into one file: caps, factors, temperature')
    .argument(...files)
    .requiredOption('--out <file>', 'where the mix goes, .jsonl')
    .option('--total <n>', 'samples of the mix (default: all, with caps and factors)', positive)
    .option('--cap <source=n...>', 'most samples of a source')
    .option('--repeat <source=n...>', 'how often a source counts; a source NAME_x2 counts twice by itself')
    .option('--temperature <t>', '1 keeps the proportions, larger ones even them out', Number, 1)
    .option('--seed <n>', 'seed of choice and order', whole, 1)
    .option('--resume', 'go on where an unfinished mix stopped')
    .action((given: string[], options: MixCommandOptions) => mixCommand(given, options, context));
  data
    .command('stats')
    .description('count and measure a set')
    .argument(...files)
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page with distributions and thumbnails')
    .action((given: string[], options: StatsCommandOptions) => statsCommand(given, options, context));
}

function addData(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description('score reward requests or {sample, response} lines')
    .argument('<file>')
    .addOption(plugins)
    .action((file: string, options: ScoreCommandOptions) => scoreCommand(file, options, context));
  program
    .command('preview')
    .description('draw samples with their answers and boxes')
    .argument('<file>', 'samples as JSONL or Parquet')
    .requiredOption('--out <png>', 'picture to write')
    .option('--predictions <file>', 'rollouts.jsonl of a run, or lines of {id, response}')
    .option('--count <n>', 'samples to draw', positive, 24)
    .option('--skip <n>', 'samples to leave out at the beginning', whole, 0)
    .option('--columns <n>', 'samples in a row', positive, 6)
    .action((file: string, options: PreviewCommandOptions) => previewCommand(file, options, context));
  const data = program.command('data').description('make, check and convert samples');
  data
    .command('synth')
    .description('write samples of the suite')
    .option('--task <names...>', 'tasks; all where absent')
    .option('--count <n>', 'scenes a task', positive, 6)
    .option('--out <folder>', 'folder for samples.jsonl and images')
    .option('--preview <png>', 'contact sheet')
    .addOption(split)
    .option('--seed <n>', 'seed of the scenes', whole, 1)
    .action((options: SynthOptions) => synthCommand(options, context));
  data
    .command('validate')
    .description('check samples, and that their gold answers score 1')
    .argument('<file>')
    .option('--fix <file>', 'write the samples that are right or could be mended')
    .addOption(plugins)
    .action((file: string, options: ValidateCommandOptions) => validateCommand(file, options, context));
  addDataSets(data, context);
  data
    .command('convert')
    .description('convert a public data set, or the file of another trainer')
    .argument('<kind>', convertKinds.join(', '))
    .requiredOption('--from <paths...>', 'files of rows, patterns, or a folder')
    .requiredOption('--out <path>', 'folder, or a .jsonl or .parquet file')
    .option('--images <folder>', 'folder that image paths are relative to (default: that of the file)')
    .option('--hold-out <n>', 'every n-th image goes into test.jsonl', positive)
    .option('--source <name>', 'data_source of the samples')
    .option('--split <name>', 'extra_info.split of the samples')
    .option('--verifier <name>', 'who scores rows that name no verifier', 'mathverify')
    .action((kind: string, options: ConvertOptions) => convertCommand(kind, options, context));
  for (const kind of ['parquet', 'jsonl'] as const)
    data
      .command(`to-${kind}`)
      .description(kind === 'parquet' ? 'rewrite data files as Parquet, images inside' : 'rewrite data files as JSON lines')
      .argument('<files...>', 'JSON lines or Parquet, also patterns such as "shards/*.parquet"')
      .requiredOption('--out <file>', 'where the rows go')
      .addOption(new Option('--for <trainer>', "another trainer's columns").choices(TRAINERS))
      .action((files: string[], options: RewriteCommandOptions) => rewriteCommand(kind, { files, options }, context));
}
