// The commands of `orsta` with their options; what each does is in `commands/`, and is loaded when it is asked for. Commander writes the help,
// checks the options and says what is misspelled. Left out: defaults of recipes, which belong to the recipe, and everything that writes or exits.
import { createRequire } from 'node:module';
import { Argument, Command, Option } from 'commander';
import type { BackendInstallOptions } from './commands/backend.ts';
import { addBenchmarks } from './commands/bench-table.ts';
import { addData } from './commands/data-table.ts';
import type { EvalCommandOptions } from './commands/eval.ts';
import type { ImportCommandOptions } from './commands/import.ts';
import type { InitCommandOptions } from './commands/init.ts';
import type { ModelCommandOptions } from './commands/model.ts';
import type { NewPackageOptions } from './commands/new-package.ts';
import { positive, whole } from './commands/number-options.ts';
import type { PredictCommandOptions } from './commands/predict.ts';
import type { PretrainOptions } from './commands/pretrain.ts';
import type { ReportCommandOptions } from './commands/report.ts';
import { addLaunch, addServe } from './commands/serve-table.ts';
import { maxPixels, newTokens, promptTokens, recipe, split, tools } from './commands/shared-options.ts';
import type { TrainCommandOptions } from './commands/train.ts';
import type { WatchCommandOptions } from './commands/watch.ts';
import type { CommandContext } from './context.ts';
import { addHelpCommand, asksForHelp, createLateOptions, type LateOptions, type TableParts } from './late-options.ts';

/** All commands; each writes through the context and throws what goes wrong. Late options are added to the command that is given. */
export function commandTable(context: CommandContext, lateOptions: LateOptions = createLateOptions()): Command {
  const parts: TableParts = { context, late: lateOptions.add };
  const program = new Command('orsta')
    .description('One vision-language model learns visual reasoning and perception by RL.')
    .version(versionOfProgram(), '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: context.output, writeErr: context.notice });
  addRuns(program, parts);
  addData(program, parts);
  addServe(program, parts);
  addLaunch(program, parts);
  addModel(program, parts);
  addViews(program, parts);
  addBackend(program, parts);
  addNew(program, parts);
  addHelpCommand(program);
  return program;
}

function versionOfProgram(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return version;
}

function addRuns(program: Command, { context, late }: TableParts): void {
  program
    .command('init')
    .description('make a training set of a folder of labeled images')
    .argument('<folder>', 'images, with CSV, JSONL, COCO, VOC or YOLO labels among them')
    .option('--labels <path>', 'file or folder of the labels, if not among the images')
    .option('--out <folder>', 'where samples and recipe go (default: NAME-training)')
    .option('--name <name>', 'name of the data set and the run (default: that of the folder)')
    .option('--model <folder>', 'model to train from (default: orsta-nano-base)')
    .option('--rename <pairs...>', 'classes by words that the model knows, such as RBC=ball')
    .option('--force', 'replace files of an earlier init')
    .action(async (folder: string, options: InitCommandOptions) =>
      (await import('./commands/init.ts')).initCommand(folder, options, context),
    );
  const train = program
    .command('train')
    .description('train a recipe: evaluate, train, evaluate, compare')
    .argument(...recipe)
    .option('--resume', 'go on with a run that was stopped or killed')
    .option('--run-name <name>', "name of the run instead of the recipe's")
    .option('--runs-dir <folder>', 'folder of all runs', 'runs')
    .option('--again', 'go on with the unfinished run of this name, or start a new one as NAME-2, NAME-3, ...')
    .option('--dry-run', 'print the resolved recipe and the plan, and stop')
    .option('--watch', 'show the runs as a page on this machine meanwhile')
    .action(async (given: string[], options: TrainCommandOptions) =>
      (await import('./commands/train.ts')).trainCommand(given, options, context),
    );
  late(train, async () => {
    if (!asksForHelp(context)) return;
    const [{ recipeSettings }, { settingsHelp }] = await Promise.all([import('./recipe/schema.ts'), import('./recipe/settings-help.ts')]);
    train.addHelpText('after', `\nSettings of a recipe:\n${settingsHelp(recipeSettings.explain())}`);
  });
  addEvaluation(program, { context, late });
  program
    .command('pretrain')
    .description('pre-train orsta-nano')
    .argument(...recipe)
    .option('--runs-dir <folder>', 'folder of all runs', 'runs')
    .action(async (given: string[], options: PretrainOptions) => {
      const [{ pretrain }, { splitArguments }] = await Promise.all([import('./commands/pretrain.ts'), import('./commands/train.ts')]);
      return pretrain(splitArguments(given), options, context);
    });
}

function addEvaluation(program: Command, { context, late }: TableParts): void {
  const evaluation = program.command('eval').description('evaluate a model; without a subcommand: samples');
  evaluation
    .command('samples', { isDefault: true })
    .description('evaluate a model on the held-out suite or a file of samples')
    .requiredOption('--model <folder>', 'model, checkpoint or run folder, or hub:OWNER/NAME')
    .option('--adapter <folder>', 'LoRA adapter of the model')
    .option('--data <file>', 'samples to evaluate on instead of the suite')
    .option('--task <names...>', 'tasks of the suite; the eight where absent')
    .option('--samples <n>', 'samples a task', positive, 100)
    .addOption(split)
    .option('--pass-at <k>', 'responses a sample, the best counts; 1 is greedy', positive, 1)
    .addOption(tools)
    .addOption(newTokens(64))
    .addOption(promptTokens)
    .addOption(maxPixels)
    .option('--ranks <n>', 'worker threads', positive, 2)
    .option('--seed <n>', 'seed of sampling', whole, 1)
    .option('--plugins <names...>', 'packages of verifiers or tools, by npm name or path')
    .option('--json', 'print JSON')
    .option('--out <file>', 'write every response with its accuracies, one line of JSON each; with tools also all turns and images')
    .action(async (options: EvalCommandOptions) => (await import('./commands/eval.ts')).evalCommand(options, context));
  addBenchmarks(evaluation, { context, late });
  addHelpCommand(evaluation);
}

function addModel(program: Command, { context }: TableParts): void {
  program
    .command('predict')
    .description('ask a model about an image; draws the boxes of its answer')
    .requiredOption('--model <folder>', 'model, checkpoint or run folder, or hub:OWNER/NAME')
    .option('--adapter <folder>', 'LoRA adapter of the model')
    .requiredOption('--image <file>', 'image to look at')
    .requiredOption('--prompt <text>', 'what to ask')
    .option('--out <png>', 'picture of the answer (default: IMAGE-answer.png)')
    .addOption(tools)
    .addOption(newTokens(64))
    .addOption(promptTokens)
    .addOption(maxPixels)
    .option('--plugins <names...>', 'packages with further tools, by npm name or path')
    .action(async (options: PredictCommandOptions) => (await import('./commands/predict.ts')).predictCommand(options, context));
  program
    .command('model')
    .description('what a model takes in memory, from its configuration alone')
    .argument('<folder>', 'model folder, or hub:OWNER/NAME@REVISION')
    .option('--ranks <n>', 'ranks with a copy each', positive, 1)
    .option('--memory <gigabytes>', 'memory to fit in (default: that of this machine)', positive)
    .option('--fetch', 'download the weights too, and print the folder')
    .action(async (folder: string, options: ModelCommandOptions) =>
      (await import('./commands/model.ts')).modelCommand(folder, options, context),
    );
}

function addViews(program: Command, { context, late }: TableParts): void {
  program
    .command('watch')
    .description('show runs as a page: curves, rollouts with their boxes, alarms')
    .argument('[runs...]', 'run folders, or folders of runs (default: runs)')
    .option('--host <host>', 'address to listen on; any other than 127.0.0.1 needs a token', '127.0.0.1')
    .option('--port <n>', 'port; 0 takes a free one', whole, 8765)
    .addOption(new Option('--token <token>', 'what visitors must bring').env('VTRIUNE_TOKEN'))
    .option('--ingest <folder>', 'take records of other trainers at POST /v1/records, and keep their runs there')
    .action(async (runs: string[], options: WatchCommandOptions) =>
      (await import('./commands/watch.ts')).watchCommand(runs, options, context),
    );
  const kind = new Argument('<kind>');
  const importing = program
    .command('import')
    .description('make a run folder of the log of another trainer, for watch and report')
    .addArgument(kind)
    .argument('<path>', 'the log: a file; for trl and tensorboard also a folder')
    .option('--run-name <name>', 'name of the run (default: that of the log)')
    .option('--runs-dir <folder>', 'folder of all runs', 'runs')
    .action(async (kind: string, path: string, options: ImportCommandOptions) =>
      (await import('./commands/import.ts')).importCommand({ kind, path }, options, context),
    );
  late(importing, async () => (kind.description = (await import('./commands/import.ts')).importKinds.join(', ')));
  program
    .command('report')
    .description('write one HTML file about runs: curves, before and after, rollouts, recipe, comparison')
    .argument('<runs...>', 'run folders')
    .option('--out <html>', 'where it goes (default: report.html in the first run folder)')
    .option('--png <png>', 'the curves also as a picture')
    .action(async (runs: string[], options: ReportCommandOptions) =>
      (await import('./commands/report.ts')).reportCommand(runs, options, context),
    );
}

function addBackend(program: Command, { context }: TableParts): void {
  const backend = program.command('backend').description('native libraries that TensorFlow.js computes with');
  backend
    .command('list')
    .description('backends, and which native libraries are installed')
    .action(async () => (await import('./commands/backend.ts')).backendList(context));
  backend
    .command('install')
    .description('fetch TensorFlow and let TensorFlow.js compute with it (Linux on x64)')
    .argument('<variant>', 'cpu, or gpu')
    .option('--version <version>', 'version of TensorFlow')
    .option('--cuda', 'fetch the CUDA libraries too (2.7 GB), for gpu')
    .option('--no-pip', 'read the package index directly, without pip')
    .action(async (variant: string, options: BackendInstallOptions) =>
      (await import('./commands/backend.ts')).backendInstall(variant, options, context),
    );
  backend
    .command('doctor')
    .description('check machine, driver and libraries, and say what to do')
    .action(async () => (await import('./commands/backend.ts')).backendDoctor(context));
  backend
    .command('uninstall')
    .description('take the native libraries away')
    .argument('[variant]', 'cpu or gpu; both where absent')
    .action(async (variant: string | undefined) => (await import('./commands/backend.ts')).backendUninstall(variant, context));
  addHelpCommand(backend);
}

function addNew(program: Command, { context }: TableParts): void {
  const own = program.command('new').description('start a package of your own');
  const packageCommand = (kind: string, description: string) =>
    own
      .command(kind)
      .description(description)
      .argument('<name>', 'npm name, such as polygon-iou')
      .option('--out <folder>', 'where it goes instead of a folder of its name')
      .option('--packages <folder>', 'tarballs of `npm run pack` to install from instead of the registry');
  packageCommand('verifier', 'a verifier package whose tests pass as generated').action(async (name: string, options: NewPackageOptions) =>
    (await import('./commands/new-verifier.ts')).newVerifierCommand(name, options, context),
  );
  packageCommand('benchmark', 'a benchmark package whose tests pass as generated').action(
    async (name: string, options: NewPackageOptions) =>
      (await import('./commands/new-benchmark.ts')).newBenchmarkCommand(name, options, context),
  );
  addHelpCommand(own);
}
