/**
 * Runs a converter of `@vtriune/format/convert` over files and writes its samples. Image paths are rewritten for the new place; the images stay
 * where they are. Rows that ask nothing are counted, so that a set that shrinks is seen.
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { readRows, writeJsonl, writeParquet, type Sample, type SampleImage } from '@vtriune/format';
import { convertRow, type Converter } from '@vtriune/format/convert';
import { OrstaError } from '../errors.ts';
import type { WrittenFile } from './convert-voc.ts';

/** What `convertRows` works on. */
export interface ConvertRowsOptions {
  readonly converter: Converter;
  /** Files of rows. */
  readonly files: readonly string[];
  /** A `.jsonl` or `.parquet` file, or a folder for `samples.jsonl`. */
  readonly out: string;
  /** Folder that the image paths of rows are relative to; that of their file where absent. */
  readonly images?: string | undefined;
  /** Every n-th image goes into `test.jsonl`, the others into `train.jsonl`; `out` is a folder then. */
  readonly holdOut?: number | undefined;
  readonly source?: string | undefined;
  readonly split?: string | undefined;
  readonly verifier?: string | undefined;
}

/** Converts and writes. Throws `invalid_data` where no row asks anything, FormatError with file and row. */
export async function convertRows(options: ConvertRowsOptions): Promise<WrittenFile[]> {
  const { out, holdOut } = options;
  const ending = extname(out).toLowerCase();
  const isFile = ending === '.jsonl' || ending === '.parquet';
  if (isFile && holdOut !== undefined) throw new OrstaError('usage', `--hold-out writes two files. Give --out a folder instead of ${out}.`);
  await mkdir(isFile ? dirname(out) : out, { recursive: true });
  const targets = isFile
    ? [{ path: out, wanted: undefined }]
    : holdOut === undefined
      ? [{ path: join(out, 'samples.jsonl'), wanted: undefined }]
      : (['train', 'test'] as const).map((split) => ({ path: join(out, `${split}.jsonl`), wanted: split }));
  const written: WrittenFile[] = [];
  for (const { path, wanted } of targets) {
    const samples = (): AsyncGenerator<Sample> => convertedSamples(options, { folder: dirname(path), wanted });
    written.push({ path, samples: ending === '.parquet' ? await writeParquet(path, samples) : await writeJsonl(path, samples()) });
  }
  if (written.every(({ samples }) => samples === 0))
    throw new OrstaError(
      'invalid_data',
      `${options.files.join(', ')} gave no sample. A row of ${options.converter.name} is ${options.converter.rowFormat}.`,
    );
  for (const { path, samples } of written)
    if (samples === 0)
      throw new OrstaError(
        'invalid_data',
        `--hold-out ${String(holdOut)} leaves no sample for ${path}, because the data have too few images. Give a smaller number, or leave --hold-out away.`,
      );
  return written;
}

async function* convertedSamples(
  { converter, files, images, holdOut, source, split, verifier }: ConvertRowsOptions,
  { folder, wanted }: { folder: string; wanted: 'train' | 'test' | undefined },
): AsyncGenerator<Sample> {
  const seen = new Map<string, number>();
  let index = 0;
  for (const file of files) {
    const root = images ?? dirname(file);
    for await (const { row, location } of readRows(file, converter)) {
      const converted = convertRow(converter, row, { location, index, source, split: wanted ?? split, verifier });
      index += 1;
      for (const sample of converted) {
        const written = { ...sample, images: sample.images.map((image) => moved(image, { root, folder, location })) };
        const part = holdOut === undefined ? undefined : partOf(written, { seen, holdOut });
        if (part === wanted) yield written;
      }
    }
  }
}

/** All samples of one image go into one part; a sample without an image is on its own. */
function partOf(sample: Sample, { seen, holdOut }: { seen: Map<string, number>; holdOut: number }): 'train' | 'test' {
  const key = imageKey(sample.images[0]) ?? sample.extra_info.id;
  const before = seen.get(key);
  const number = before ?? seen.size;
  if (before === undefined) seen.set(key, number);
  return number % holdOut === holdOut - 1 ? 'test' : 'train';
}

/** One text for one picture: its bytes where it has them, since rows of a Parquet file may share a path, else its path. */
function imageKey(image: SampleImage | undefined): string | undefined {
  if (image?.bytes === undefined) return image?.path;
  return createHash('sha256').update(image.bytes).digest('hex');
}

function moved(image: SampleImage, { root, folder, location }: { root: string; folder: string; location: string }): SampleImage {
  const { bytes, path } = image;
  if (path === undefined || bytes !== undefined) return image;
  const inside = relative(root, resolve(root, path));
  if (inside.startsWith('..') || resolve(root, path) === root)
    throw new OrstaError(
      'invalid_data',
      `${location} names the image ${JSON.stringify(path)}, which leads out of ${root}. Name the right folder with --images.`,
    );
  return { path: relative(folder, join(root, inside)).split(sep).join('/') };
}
