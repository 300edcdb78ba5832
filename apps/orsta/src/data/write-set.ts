import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { writeJsonl, writeParquet, type Sample } from '@vtriune/format';
import { OrstaError } from '../errors.ts';
import type { LocatedSample } from './file-source.ts';
import { movedImage } from './moved-image.ts';

/** Writes samples of several files into one, `.jsonl` or `.parquet`, with image paths that hold there. Returns their number. */
export async function writeSet(out: string, samples: () => AsyncIterable<LocatedSample>): Promise<number> {
  const ending = extname(out).toLowerCase();
  if (ending !== '.jsonl' && ending !== '.parquet')
    throw new OrstaError('usage', `${out} ends with "${ending}". Give --out a name that ends with .jsonl or .parquet.`);
  await mkdir(dirname(out), { recursive: true });
  const moved = async function* (): AsyncGenerator<Sample> {
    for await (const { sample, file } of samples())
      yield { ...sample, images: sample.images.map((image) => movedImage(image, { file, out })) };
  };
  return ending === '.parquet' ? writeParquet(out, moved) : writeJsonl(out, moved());
}
