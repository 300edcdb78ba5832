// The commands under `orsta data`: make, check, convert and rewrite samples. What each does is in `data/`; here are options, messages and where
// paths are relative to.
import { resolve } from 'node:path';
import type { Trainer } from '@vtriune/format';
import { expandFiles } from '../data/expand-files.ts';
import { toJsonl, toParquet } from '../data/rewrite-files.ts';
import { synthesize } from '../data/synthesize.ts';
import { OrstaError } from '../errors.ts';
import { suite, type Split } from '../suite/index.ts';
import type { CommandContext } from '../context.ts';

/** Options of `orsta data synth`. */
export interface SynthOptions {
  readonly task?: readonly string[];
  readonly count: number;
  readonly split: Split;
  readonly seed: number;
  readonly out?: string;
  readonly preview?: string;
}

/** Writes suite samples with their images, a contact sheet, or both. */
export async function synthCommand(options: SynthOptions, context: CommandContext): Promise<void> {
  const { out, preview } = options;
  if (out === undefined && preview === undefined)
    throw new OrstaError('usage', 'Nothing to write. Give --out DIR for samples, --preview FILE.png for a contact sheet, or both.');
  const at = (path: string): string => resolve(context.cwd, path);
  const written = await synthesize({
    tasks: options.task ?? suite.map(({ name }) => name),
    count: options.count,
    split: options.split,
    seed: options.seed,
    ...(out === undefined ? {} : { out: at(out) }),
    ...(preview === undefined ? {} : { preview: at(preview) }),
  });
  context.output(written.map((line) => `${line}\n`).join(''));
}

/** Options of `orsta data to-parquet` and `to-jsonl`. */
export interface RewriteCommandOptions {
  readonly out: string;
  readonly for?: Trainer;
}

/** Rewrites data files as one Parquet file or one file of JSON lines, of samples or of another trainer's rows. */
export async function rewriteCommand(
  kind: 'parquet' | 'jsonl',
  given: { readonly files: readonly string[]; readonly options: RewriteCommandOptions },
  context: CommandContext,
): Promise<void> {
  const { files, options } = given;
  const expanded = (await Promise.all(files.map((pattern) => expandFiles(pattern, context.cwd)))).flat();
  const out = resolve(context.cwd, options.out);
  const rewrite = kind === 'parquet' ? toParquet : toJsonl;
  const rows = await rewrite({ files: expanded, out, trainer: options.for });
  context.output(`${String(rows)} rows in ${options.out}\n`);
}
