/** `orsta eval bench`, `compare` and `overlap` with their options. */
import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { BENCHMARK_NAMES, loadBenchmark, ownBenchmarks } from '../benchmarks/registry.ts';
import { asksForHelp, type TableParts } from '../late-options.ts';
import type { BenchCommandOptions } from './bench-options.ts';
import { amount, positive, whole } from './number-options.ts';
import { maxPixels, newTokens, promptTokens, tools } from './shared-options.ts';

interface OverlapCommandOptions {
  readonly data: string;
  readonly train: readonly string[];
  readonly distance: number;
  readonly plugins?: readonly string[];
  readonly json?: boolean;
}

/** Adds them to `orsta eval`. */
export function addBenchmarks(parent: Command, parts: TableParts): void {
  addBench(parent, parts);
  addCompare(parent, parts);
  addOverlap(parent, parts);
}

function addBench(parent: Command, { context, late }: TableParts): void {
  const bench = parent
    .command('bench')
    .description('evaluate a published benchmark, from stored responses or by asking a model')
    .argument('<name>', BENCHMARK_NAMES.join(', '))
    .requiredOption('--data <path>', 'published file or folder of the benchmark')
    .option('--predictions <file>', 'responses to score: rows of id and response')
    .option('--model <folder>', "model, checkpoint or run folder, or hub:OWNER/NAME; with --url the server's name of its model")
    .option('--url <url>', 'server with OpenAI chat completions, such as http://127.0.0.1:8000/v1')
    .addOption(new Option('--api-key <key>', 'bearer token of the server').env('OPENAI_API_KEY'))
    .option('--ai-sdk <module>', 'module that default-exports a LanguageModel of the AI SDK')
    .addOption(new Option('--rules <rules>', "whose rules: the authors' or the paper's").choices(['official', 'paper']).default('official'))
    .option('--prompt <names...>', 'prompts of the benchmark, one evaluation each (default: that of the rules)')
    .option('--judge-url <url>', 'server of a judge for responses that rules cannot read (mathvista)')
    .option('--judge-model <name>', 'its model')
    .option('--attempts <n>', 'responses a question, for pass@k and self-consistency', positive, 1)
    .option('--temperature <t>', '0 is greedy', amount, 0)
    .addOption(tools)
    .addOption(newTokens(1024))
    .addOption(promptTokens)
    .option('--limit <n>', 'only the first questions', positive)
    .option('--slots <n>', 'requests to a server at a time', positive, 16)
    .option('--timeout <s>', 'longest wait for an answer of a server', positive, 300)
    .option('--retries <n>', 'further tries where a server is busy or breaks off', whole, 5)
    .option('--ranks <n>', 'worker threads of a model folder', positive, 2)
    .option('--batch <n>', 'questions that a model folder answers together', positive, 32)
    .addOption(maxPixels)
    .option('--seed <n>', 'of sampling and of random fallbacks', whole, 42)
    .option('--price-in <n>', 'price of a million tokens of prompts', amount)
    .option('--price-out <n>', 'price of a million tokens of responses', amount)
    .option('--allow-missing', 'leave questions without a response out instead of refusing')
    .option('--out <folder>', 'for result.json, report.html and responses.jsonl (default: evals/NAME)')
    .option('--run <folder>', 'run whose metrics get the result, as split test')
    .option('--step <n>', 'step of that run', whole)
    .option('--plugins <names...>', 'packages with benchmarks or tools, by npm name or path')
    .option('--json', 'print JSON')
    .action(async (name: string, options: BenchCommandOptions) => (await import('./bench.ts')).benchCommand(name, options, context));
  late(bench, async () => {
    if (!asksForHelp(context)) return;
    const rows = (await ownBenchmarks()).map(
      ({ name, title, layout }) => `  ${name.padEnd(16)}${title}\n${' '.repeat(18)}--data: ${layout}`,
    );
    bench.addHelpText('after', `\nBenchmarks:\n${rows.join('\n')}\n`);
  });
}

function addCompare(parent: Command, { context }: TableParts): void {
  parent
    .command('compare')
    .description('compare two results of eval bench: paired test, interval, what changed')
    .argument('<a>', 'result.json or its folder')
    .argument('<b>', 'the other one')
    .option('--seed <n>', 'of the resampling', whole, 1)
    .option('--json', 'print JSON')
    .action(async (a: string, b: string, options: { seed: number; json?: boolean }) => {
      const { compareResults, comparisonTable, readResult } = await import('../benchmarks/compare.ts');
      const [first, second] = await Promise.all([a, b].map((path) => readResult(resolve(context.cwd, path))));
      if (first === undefined || second === undefined) return;
      const found = compareResults(first, second, options.seed);
      context.output(options.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : comparisonTable(found));
    });
}

function addOverlap(parent: Command, { context }: TableParts): void {
  parent
    .command('overlap')
    .description('find images of a benchmark that are in a training set, by perceptual hash')
    .argument('<name>', 'benchmark')
    .requiredOption('--data <path>', 'published file or folder of the benchmark')
    .requiredOption('--train <files...>', 'training samples, as JSON lines or Parquet')
    .option('--distance <bits>', 'bits of 64 that may differ', whole, 4)
    .option('--plugins <names...>', 'packages with benchmarks')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OverlapCommandOptions) => {
      const [{ findOverlap, imagesOfBenchmark, overlapTable }, { imagesOfSamples }] = await Promise.all([
        import('../benchmarks/overlap.ts'),
        import('../data/images-of-samples.ts'),
      ]);
      const benchmark = await loadBenchmark(name, options.plugins ?? [], context.cwd);
      const files = options.train.map((file) => resolve(context.cwd, file));
      const found = await findOverlap(imagesOfSamples(files), imagesOfBenchmark(benchmark, resolve(context.cwd, options.data)), options);
      context.output(options.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : overlapTable(found));
    });
}
