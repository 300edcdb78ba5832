import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { converterNamed, converters } from '@vtriune/format/convert';
import type { CommandContext } from '../context.ts';
import { convertLabels } from '../data/convert-labels.ts';
import { convertPuzzleVqa } from '../data/convert-puzzlevqa.ts';
import { convertRows } from '../data/convert-rows.ts';
import { convertVoc, type WrittenFile } from '../data/convert-voc.ts';
import { expandFiles } from '../data/expand-files.ts';
import { readRenames } from '../data/rename-labels.ts';
import { OrstaError } from '../errors.ts';

/** Options of `orsta data convert`. */
export interface ConvertOptions {
  readonly from: readonly string[];
  readonly out: string;
  readonly images?: string;
  readonly holdOut?: number;
  readonly source?: string;
  readonly split?: string;
  readonly verifier?: string;
  readonly rename?: readonly string[];
  readonly oneClass?: boolean;
}

/** Kinds that are a folder with files of their own layout. */
const FOLDERS = ['csv', 'voc', 'yolo'] as const;

/** All kinds that can be converted. */
export const convertKinds: readonly string[] = [...converters.map(({ name }) => name), ...FOLDERS].sort();

/** Converts a public data set, or the file of another trainer, to samples. Throws `usage` for a kind that there is not. */
export async function convertCommand(kind: string, options: ConvertOptions, context: CommandContext): Promise<void> {
  if (!convertKinds.includes(kind))
    throw new OrstaError('usage', `There is no converter "${kind}"; the converters are ${convertKinds.join(', ')}.`);
  const written = await convert(kind, options, context);
  context.output(written.map(({ path, samples }) => `${String(samples)} samples in ${path}\n`).join(''));
}

async function convert(kind: string, options: ConvertOptions, context: CommandContext): Promise<WrittenFile[]> {
  const path = (given: string): string => resolve(context.cwd, given);
  const [from = '.', ...others] = options.from;
  const place = { from: path(from), out: path(options.out), warn: (message: string): void => context.notice(`${message}\n`) };
  const isFolder = others.length === 0 && existsSync(place.from) && statSync(place.from).isDirectory();
  refuseClassOptions(kind, options);
  const renames = readRenames(options.rename);
  if (kind === 'voc') return convertVoc(place, { renames, oneClass: options.oneClass === true });
  if (kind === 'csv' || kind === 'yolo')
    return convertLabels({ format: kind, from: place.from, out: place.out, source: options.source, renames });
  if (kind === 'puzzlevqa' && isFolder) return convertPuzzleVqa(place);
  if (isFolder)
    throw new OrstaError('usage', `${from} is a folder. Name the files of ${kind}, also as a pattern: --from "${from}/*.parquet".`);
  const files = (await Promise.all(options.from.map((pattern) => expandFiles(pattern, context.cwd)))).flat();
  return convertRows({
    converter: converterNamed(kind),
    files,
    out: place.out,
    images: options.images === undefined ? undefined : path(options.images),
    holdOut: options.holdOut,
    source: options.source,
    split: options.split,
    verifier: options.verifier,
  });
}

/** Throws `usage` for an option on classes that the kind of data has no use for. */
function refuseClassOptions(kind: string, { rename, oneClass }: ConvertOptions): void {
  const folders: readonly string[] = FOLDERS;
  if (rename !== undefined && !folders.includes(kind))
    throw new OrstaError('usage', `--rename is for ${folders.join(', ')}; ${kind} has questions of its own. Leave it out.`);
  if (oneClass === true && kind !== 'voc') throw new OrstaError('usage', `--one-class is for voc and not for ${kind}. Leave it out.`);
}
