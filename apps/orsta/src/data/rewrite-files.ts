/**
 * Data files in another form: Parquet with the images inside, JSON lines, or the rows of another trainer. Paths of images are relative to their data
 * file, so that they are put inside or rewritten for the new folder; an image is never lost on the way.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import {
  readSamples,
  trainerFile,
  writeJsonl,
  writeParquet,
  writeTrainerJsonl,
  writeTrainerParquet,
  type Sample,
  type SampleImage,
  type Trainer,
} from '@vtriune/format';
import { OrstaError } from '../errors.ts';

/** What is rewritten into what. */
export interface RewriteOptions {
  readonly files: readonly string[];
  readonly out: string;
  /** Another trainer's columns instead of those of a sample. */
  readonly trainer?: Trainer | undefined;
}

/** Writes samples, or a trainer's rows, as Parquet with the images inside. Returns the number of rows. */
export async function toParquet({ files, out, trainer }: RewriteOptions): Promise<number> {
  refuseOverwriting(files, out);
  await mkdir(dirname(out), { recursive: true });
  const samples = (): AsyncGenerator<Sample> => samplesOf(files, withBytes);
  return trainer === undefined ? writeParquet(out, samples) : writeTrainerParquet(out, samples, { trainer });
}

/** Writes samples, or a trainer's rows, as JSON lines. For a trainer images are files: those that are bytes go into `<name>-images`. */
export async function toJsonl({ files, out, trainer }: RewriteOptions): Promise<number> {
  refuseOverwriting(files, out);
  await mkdir(dirname(out), { recursive: true });
  const moved = (image: SampleImage, file: string): Promise<SampleImage> => Promise.resolve(withMovedPath(image, file, out));
  if (trainer === undefined) return writeJsonl(out, samplesOf(files, moved));
  if (trainerFile(trainer) === 'parquet')
    throw new OrstaError('usage', `${trainer} reads images from Parquet. Use: orsta data to-parquet --for ${trainer}`);
  const folder = out.replace(/\.\w+$/, '-images');
  return writeTrainerJsonl(out, withImageFiles(samplesOf(files, moved), folder), { trainer });
}

async function* samplesOf(
  files: readonly string[],
  convert: (image: SampleImage, file: string) => Promise<SampleImage>,
): AsyncGenerator<Sample> {
  for (const file of files)
    for await (const sample of readSamples(file))
      yield { ...sample, images: await Promise.all(sample.images.map((image) => convert(image, file))) };
}

/** An image with its bytes, read where it is a path relative to its data file. Throws `invalid_data` where it cannot be read. */
export async function withBytes(image: SampleImage, file: string): Promise<SampleImage> {
  if (image.bytes !== undefined || image.path === undefined) return image;
  const path = resolve(dirname(file), image.path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new OrstaError('invalid_data', `The image ${path} of ${file} cannot be read. Correct its path.`, { cause });
  });
  return { bytes: new Uint8Array(bytes), path: basename(path) };
}

function withMovedPath(image: SampleImage, file: string, out: string): SampleImage {
  if (image.bytes !== undefined || image.path === undefined) return image;
  return {
    path: relative(dirname(out), resolve(dirname(file), image.path))
      .split(sep)
      .join('/'),
  };
}

/** Trainers find images by paths from where they are started, so that these are absolute. */
async function* withImageFiles(samples: AsyncIterable<Sample>, folder: string): AsyncGenerator<Sample> {
  let index = 0;
  for await (const sample of samples) {
    const prefix = join(folder, String(index));
    const images = await Promise.all(sample.images.map((image, place) => imageFile(image, `${prefix}-${String(place)}`)));
    yield { ...sample, images };
    index += 1;
  }
}

async function imageFile({ bytes, path }: SampleImage, file: string): Promise<SampleImage> {
  if (bytes === undefined) return { path: resolve(dirname(dirname(file)), String(path)) };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return { path: resolve(file) };
}

function refuseOverwriting(files: readonly string[], out: string): void {
  if (files.includes(out)) throw new OrstaError('usage', `${out} is read and written. Give another --out.`);
}
