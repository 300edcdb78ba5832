import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandContext } from '../context.ts';
import { readRenames } from '../data/rename-labels.ts';
import { initialize, nameOf } from '../init/init.ts';

/** Options of `orsta init`. */
export interface InitCommandOptions {
  readonly labels?: string;
  readonly out?: string;
  readonly model?: string;
  readonly name?: string;
  readonly force?: boolean;
  readonly rename?: readonly string[];
}

/** Makes a training set of a folder of labeled images, and says what to do next. */
export async function initCommand(folder: string, options: InitCommandOptions, context: CommandContext): Promise<void> {
  const path = (given: string): string => resolve(context.cwd, given);
  const name = options.name ?? nameOf(path(folder));
  const made = await initialize({
    folder: path(folder),
    out: path(options.out ?? `${name}-training`),
    model: options.model === undefined ? nanoBase() : path(options.model),
    name,
    force: options.force === true,
    renames: readRenames(options.rename),
    ...(options.labels === undefined ? {} : { labels: path(options.labels) }),
  });
  for (const warning of made.warnings) context.notice(`${warning}\n`);
  const shown = (file: string): string => relative(context.cwd, file) || '.';
  context.output(
    `${String(made.images)} images with ${made.format} labels: ${String(made.train)} samples to train on, ${String(made.test)} held out\n` +
      `look at   ${shown(made.sheet)}\n` +
      `train     orsta train ${shown(made.recipe)}\n`,
  );
}

/** The small model that comes with this package, seen from the build and from the sources. */
function nanoBase(): string {
  const candidates = ['../models/orsta-nano-base', '../../models/orsta-nano-base'];
  const paths = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  return paths.find(existsSync) ?? (paths[0] as string);
}
