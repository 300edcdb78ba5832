/** `orsta score`, `preview` and `data` with their options. */
import { Argument, Option, type Command } from 'commander';
import { addHelpCommand, asksForHelp, type TableParts } from '../late-options.ts';
import type { RewriteCommandOptions, SynthOptions } from './data.ts';
import type { ConvertOptions } from './data-convert.ts';
import type { CurateCommandOptions } from './data-curate.ts';
import type { MixCommandOptions } from './data-mix.ts';
import type { StatsCommandOptions } from './data-stats.ts';
import type { ValidateCommandOptions } from './data-validate.ts';
import { positive, whole } from './number-options.ts';
import type { PreviewCommandOptions } from './preview.ts';
import type { ScoreCommandOptions } from './score.ts';
import { plugins, split } from './shared-options.ts';

const files = ['<files...>', 'JSON lines or Parquet, also patterns such as "shards/*.parquet"'] as const;

function addDataSets(data: Command, { context, late }: TableParts): void {
  const curate = data
    .command('curate')
    .description('filter a training set, and say what each filter removed')
    .argument(...files)
    .requiredOption('--out <file>', 'where the kept samples go, .jsonl or .parquet')
    .option('--config <yaml>', "filters and their numbers (default: the paper's)")
    .option('--rollouts <file>', 'rewards of responses, for the filter difficulty')
    .option('--against <files...>', 'the other set, for the filter overlap')
    .option('--report <file>', 'write the report as JSON')
    .addOption(plugins)
    .action(async (given: string[], options: CurateCommandOptions) =>
      (await import('./data-curate.ts')).curateCommand(given, options, context),
    );
  late(curate, async () => {
    if (!asksForHelp(context)) return;
    const [{ curationSettings }, { settingsHelp }] = await Promise.all([
      import('@vtriune/format/curate'),
      import('../recipe/settings-help.ts'),
    ]);
    curate.addHelpText('after', `\nFilters of --config:\n${settingsHelp(curationSettings.explain())}`);
  });
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
    .action(async (given: string[], options: MixCommandOptions) => (await import('./data-mix.ts')).mixCommand(given, options, context));
  data
    .command('stats')
    .description('count and measure a set')
    .argument(...files)
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page with distributions and thumbnails')
    .action(async (given: string[], options: StatsCommandOptions) =>
      (await import('./data-stats.ts')).statsCommand(given, options, context),
    );
}

/** Adds them. */
export function addData(program: Command, { context, late }: TableParts): void {
  program
    .command('score')
    .description('score reward requests or {sample, response} lines')
    .argument('<file>')
    .addOption(plugins)
    .action(async (file: string, options: ScoreCommandOptions) => (await import('./score.ts')).scoreCommand(file, options, context));
  program
    .command('preview')
    .description('draw samples with their answers and boxes')
    .argument('<file>', 'samples as JSONL or Parquet')
    .requiredOption('--out <png>', 'picture to write')
    .option('--predictions <file>', 'rollouts.jsonl of a run, or lines of {id, response}')
    .option('--count <n>', 'samples to draw', positive, 24)
    .option('--skip <n>', 'samples to leave out at the beginning', whole, 0)
    .option('--columns <n>', 'samples in a row', positive, 6)
    .action(async (file: string, options: PreviewCommandOptions) => (await import('./preview.ts')).previewCommand(file, options, context));
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
    .action(async (options: SynthOptions) => (await import('./data.ts')).synthCommand(options, context));
  data
    .command('validate')
    .description('check samples, and that their gold answers score 1')
    .argument('<file>')
    .option('--fix <file>', 'write the samples that are right or could be mended')
    .addOption(plugins)
    .action(async (file: string, options: ValidateCommandOptions) =>
      (await import('./data-validate.ts')).validateCommand(file, options, context),
    );
  addDataSets(data, { context, late });
  addConversions(data, { context, late });
  addHelpCommand(data);
}

function addConversions(data: Command, { context, late }: TableParts): void {
  const kinds = new Argument('<kind>');
  const convert = data
    .command('convert')
    .description('convert a public data set, or the file of another trainer')
    .addArgument(kinds)
    .requiredOption('--from <paths...>', 'files of rows, patterns, or a folder')
    .requiredOption('--out <path>', 'folder, or a .jsonl or .parquet file')
    .option('--images <folder>', 'folder that image paths are relative to (default: that of the file)')
    .option('--hold-out <n>', 'every n-th image goes into test.jsonl', positive)
    .option('--source <name>', 'data_source of the samples')
    .option('--split <name>', 'extra_info.split of the samples')
    .option('--verifier <name>', 'who scores rows that name no verifier', 'mathverify')
    .option('--rename <pairs...>', 'classes by words that the model knows, such as RBC=ball (csv, voc, yolo)')
    .option('--one-class', 'ask for the boxes of one class at a time (voc)')
    .action(async (kind: string, options: ConvertOptions) => (await import('./data-convert.ts')).convertCommand(kind, options, context));
  late(convert, async () => (kinds.description = (await import('./data-convert.ts')).convertKinds.join(', ')));
  for (const kind of ['parquet', 'jsonl'] as const) {
    const rewrite = data
      .command(`to-${kind}`)
      .description(kind === 'parquet' ? 'rewrite data files as Parquet, images inside' : 'rewrite data files as JSON lines')
      .argument(...files)
      .requiredOption('--out <file>', 'where the rows go')
      .action(async (given: string[], options: RewriteCommandOptions) =>
        (await import('./data.ts')).rewriteCommand(kind, { files: given, options }, context),
      );
    late(rewrite, async () => {
      const { TRAINERS } = await import('@vtriune/format');
      rewrite.addOption(new Option('--for <trainer>', "another trainer's columns").choices(TRAINERS));
    });
  }
}
