// `preprocessor_config.json`, the image half of a Qwen2-VL or Qwen2.5-VL checkpoint: its schema, and reading and writing it.
// Both spellings of the area limits are read (`min_pixels`/`max_pixels`, and `size.shortest_edge`/`longest_edge`, which hold areas too,
// in spite of their names). Left out: every resampling filter but bicubic, which is the only one Qwen ships.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type Static, Type } from 'typebox';
import { TrainerError } from '../errors.ts';
import { readJsonIfPresent } from '../files/read-text.ts';

const FILE_NAME = 'preprocessor_config.json';
const NESTED_FILE_NAME = 'processor_config.json';
const BICUBIC = 3;
/** What transformers takes where a file names no upper limit; Qwen2.5-VL's own file names a larger one. */
const ABSENT_MAX_PIXELS = 28 * 28 * 1280;
const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711];

const Channels = Type.Array(Type.Number(), { minItems: 3, maxItems: 3 });
const Whole = Type.Integer({ minimum: 1 });

/** The fields of `preprocessor_config.json` that are read; others are allowed and left alone. A field that is absent has Qwen2-VL's default. */
const PreprocessorConfigFile = Type.Object({
  image_processor_type: Type.Optional(Type.String()),
  patch_size: Type.Optional(Whole),
  temporal_patch_size: Type.Optional(Whole),
  merge_size: Type.Optional(Whole),
  min_pixels: Type.Optional(Type.Union([Whole, Type.Null()])),
  max_pixels: Type.Optional(Type.Union([Whole, Type.Null()])),
  size: Type.Optional(Type.Object({ shortest_edge: Type.Optional(Whole), longest_edge: Type.Optional(Whole) })),
  do_resize: Type.Optional(Type.Boolean()),
  do_rescale: Type.Optional(Type.Boolean()),
  do_normalize: Type.Optional(Type.Boolean()),
  rescale_factor: Type.Optional(Type.Number()),
  image_mean: Type.Optional(Channels),
  image_std: Type.Optional(Channels),
  resample: Type.Optional(Type.Literal(BICUBIC)),
});
type PreprocessorConfigFile = Static<typeof PreprocessorConfigFile>;

/** How images become patches. `DEFAULT_PROCESSOR_CONFIG` has Qwen2.5-VL's values. */
export interface ProcessorConfig {
  /** Side of a patch, in pixels. */
  readonly patchSize: number;
  /** How many frames one patch spans; a still image is repeated that often. */
  readonly temporalPatchSize: number;
  /** Side, in patches, of the square that becomes one visual token. */
  readonly mergeSize: number;
  /** Least and greatest area, in pixels, after resizing. */
  readonly minPixels: number;
  readonly maxPixels: number;
  /** Where false, images must come with sides that are multiples of patchSize * mergeSize. */
  readonly doResize: boolean;
  readonly doRescale: boolean;
  readonly doNormalize: boolean;
  /** What a byte is multiplied with before normalizing. */
  readonly rescaleFactor: number;
  /** Red, green, blue. */
  readonly imageMean: readonly number[];
  readonly imageStd: readonly number[];
}

/** Qwen2.5-VL: patches of 14 px, 2 frames, 2x2 merged, 4 to 16,384 visual tokens' worth of pixels, CLIP's mean and deviation. */
export const DEFAULT_PROCESSOR_CONFIG: ProcessorConfig = {
  patchSize: 14,
  temporalPatchSize: 2,
  mergeSize: 2,
  minPixels: 56 * 56,
  maxPixels: 28 * 28 * 16_384,
  doResize: true,
  doRescale: true,
  doNormalize: true,
  rescaleFactor: 1 / 255,
  imageMean: CLIP_MEAN,
  imageStd: CLIP_STD,
};

const ajv = new Ajv({ allErrors: true });
const isPreprocessorConfigFile = ajv.compile<PreprocessorConfigFile>(PreprocessorConfigFile);

/**
 * Reads the image half of a checkpoint's processor: `processor_config.json` of newer versions of transformers where it holds one, else
 * `preprocessor_config.json`. Throws `invalid_checkpoint` where both are missing, or one is malformed.
 */
export async function readProcessorConfig(folder: string): Promise<ProcessorConfig> {
  const nestedPath = join(folder, NESTED_FILE_NAME);
  const nested = await readJsonIfPresent(nestedPath, 'invalid_checkpoint');
  if (typeof nested === 'object' && nested !== null && 'image_processor' in nested)
    return checkedConfig(nested.image_processor, nestedPath);
  const path = join(folder, FILE_NAME);
  const value = await readJsonIfPresent(path, 'invalid_checkpoint');
  if (value !== undefined) return checkedConfig(value, path);
  throw new TrainerError(
    'invalid_checkpoint',
    `${folder} has neither ${FILE_NAME} nor ${NESTED_FILE_NAME} with an image_processor; copy the file from the model's own folder, or write it with writeProcessorConfig`,
  );
}

function checkedConfig(value: unknown, path: string): ProcessorConfig {
  if (isPreprocessorConfigFile(value)) return fromFile(value, path);
  throw new TrainerError(
    'invalid_checkpoint',
    `"${path}" is not a Qwen2-VL preprocessor configuration: ${ajv.errorsText(isPreprocessorConfigFile.errors, { dataVar: 'the file' })}; ` +
      'correct it, or write it anew with writeProcessorConfig',
  );
}

/** Writes `preprocessor_config.json`, as Hugging Face transformers reads it, into the folder (made if absent). */
export async function writeProcessorConfig(folder: string, config: ProcessorConfig): Promise<void> {
  const file = {
    image_processor_type: 'Qwen2VLImageProcessor',
    processor_class: 'Qwen2_5_VLProcessor',
    patch_size: config.patchSize,
    temporal_patch_size: config.temporalPatchSize,
    merge_size: config.mergeSize,
    min_pixels: config.minPixels,
    max_pixels: config.maxPixels,
    size: { shortest_edge: config.minPixels, longest_edge: config.maxPixels },
    do_convert_rgb: true,
    do_resize: config.doResize,
    do_rescale: config.doRescale,
    do_normalize: config.doNormalize,
    rescale_factor: config.rescaleFactor,
    image_mean: config.imageMean,
    image_std: config.imageStd,
    resample: BICUBIC,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, FILE_NAME), `${JSON.stringify(file, null, 2)}\n`);
}

function fromFile(file: PreprocessorConfigFile, path: string): ProcessorConfig {
  const defaults = DEFAULT_PROCESSOR_CONFIG;
  const minPixels = file.min_pixels ?? file.size?.shortest_edge ?? defaults.minPixels;
  const maxPixels = file.max_pixels ?? file.size?.longest_edge ?? ABSENT_MAX_PIXELS;
  if (minPixels > maxPixels) {
    throw new TrainerError(
      'invalid_checkpoint',
      `"${path}" has min_pixels ${minPixels} above max_pixels ${maxPixels}; exchange or correct them`,
    );
  }
  return {
    patchSize: file.patch_size ?? defaults.patchSize,
    temporalPatchSize: file.temporal_patch_size ?? defaults.temporalPatchSize,
    mergeSize: file.merge_size ?? defaults.mergeSize,
    minPixels,
    maxPixels,
    doResize: file.do_resize ?? defaults.doResize,
    doRescale: file.do_rescale ?? defaults.doRescale,
    doNormalize: file.do_normalize ?? defaults.doNormalize,
    rescaleFactor: file.rescale_factor ?? defaults.rescaleFactor,
    imageMean: file.image_mean ?? defaults.imageMean,
    imageStd: file.image_std ?? defaults.imageStd,
  };
}
