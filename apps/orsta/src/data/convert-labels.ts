import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeJsonl } from '@vtriune/format';
import { OrstaError } from '../errors.ts';
import { checkImages } from '../init/check-images.ts';
import { makeSamples } from '../init/make-samples.ts';
import { readLabels, type LabelFormat } from '../init/read-labels.ts';
import type { WrittenFile } from './convert-voc.ts';
import { renamedImages, type Renames } from './rename-labels.ts';

/** What `convertLabels` works on. */
export interface ConvertLabelsOptions {
  /** The format that the labels must have. */
  readonly format: LabelFormat;
  /** Folder of the images, with the labels among them. */
  readonly from: string;
  readonly out: string;
  readonly source?: string | undefined;
  /** Names of classes that the model knows, by those of the labels. */
  readonly renames?: Renames;
}

/** Converts a folder of images with CSV or YOLO labels to `train.jsonl` and `test.jsonl`, as `orsta init` does. Throws `invalid_data`. */
export async function convertLabels(options: ConvertLabelsOptions): Promise<WrittenFile[]> {
  const { format, from, out, source = format, renames } = options;
  if (!existsSync(from)) throw new OrstaError('invalid_data', `${from} does not exist. Give a folder of images with ${format} labels.`);
  const found = await readLabels(from);
  if (found.format !== format)
    throw new OrstaError('invalid_data', `${from} has ${found.format} labels. Use: orsta data convert ${found.format}, or another folder.`);
  await checkImages(from, found.images);
  const images = renamedImages(found.images, renames);
  const samples = makeSamples(images, { source, imageFolder: relative(out, from).split(sep).join('/') });
  await mkdir(out, { recursive: true });
  return Promise.all(
    (['train', 'test'] as const).map(async (split) => {
      const path = join(out, `${split}.jsonl`);
      return { path, samples: await writeJsonl(path, samples[split]) };
    }),
  );
}
