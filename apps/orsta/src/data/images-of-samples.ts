import { dirname, resolve } from 'node:path';
import { readSamples } from './file-source.ts';

/** An image of a sample, by its sample's id: encoded bytes, or a path. */
export interface SampleImageSource {
  readonly name: string;
  readonly image: { readonly path: string } | { readonly bytes: Uint8Array };
}

/** The images of the samples of data files, in order. Throws `invalid_data` where a file has no samples. */
export async function* imagesOfSamples(files: readonly string[]): AsyncGenerator<SampleImageSource> {
  for (const path of files)
    for (const { sample, file } of await readSamples(path))
      for (const { bytes, path: own } of sample.images) {
        const name = sample.extra_info.id;
        if (bytes !== undefined) yield { name, image: { bytes } };
        else if (own !== undefined) yield { name, image: { path: resolve(dirname(file), own) } };
      }
}
