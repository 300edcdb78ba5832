// Samples as the rows that other trainers load. Trainers hand a reward function no more than one string or a few columns of their own, so each row
// carries the envelope of its sample: the JSON text that the reward service turns back into verifier, parameters and weights.
import { encodeBase64 } from './base64.ts';
import { envelopeOf, writeEnvelope } from './envelope.ts';
import { FormatError } from './errors.ts';
import { IMAGE_MARK, type PromptMessage, type Sample, type SampleImage } from './sample.ts';

/** The trainers that rows can be written for. */
export const TRAINERS = ['verl', 'trl', 'easyr1', 'ms-swift', 'openrlhf'] as const;
/** One of verl, trl, easyr1, ms-swift and openrlhf. */
export type Trainer = (typeof TRAINERS)[number];

/** A row in the columns of a trainer. */
export type TrainerRow = Readonly<Record<string, unknown>>;

/** How a trainer wants its rows. */
interface TrainerFormat {
  /** The kind of file whose images its loader reads. */
  readonly file: 'parquet' | 'jsonl';
  readonly row: (sample: Sample, index: number) => TrainerRow;
}

const FORMATS: Readonly<Record<Trainer, TrainerFormat>> = {
  verl: { file: 'parquet', row: verlRow },
  trl: { file: 'parquet', row: trlRow },
  easyr1: { file: 'parquet', row: easyR1Row },
  'ms-swift': { file: 'jsonl', row: msSwiftRow },
  openrlhf: { file: 'jsonl', row: openRlhfRow },
};

/** The kind of file that a trainer's rows go into: Parquet where images travel as bytes, JSON lines where they are paths. */
export function trainerFile(trainer: Trainer): 'parquet' | 'jsonl' {
  return FORMATS[trainer].file;
}

/**
 * The row of a sample for a trainer; `index` is its place in the file. Does not change the sample.
 * Throws FormatError `invalid_sample` where the trainer cannot hold the sample, such as several messages for EasyR1.
 */
export function trainerRow(sample: Sample, trainer: Trainer, index: number): TrainerRow {
  return FORMATS[trainer].row(sample, index);
}

// verl passes the ground truth and extra_info to a reward function, and nothing else of reward_model.
function verlRow(sample: Sample, index: number): TrainerRow {
  const { data_source, prompt, images, ability, extra_info } = sample;
  const { id, split } = extra_info;
  return {
    data_source,
    prompt,
    images,
    ability,
    reward_model: { style: 'rule', ground_truth: labelOf(sample) },
    extra_info: { index, id, ...(split === undefined ? {} : { split }) },
  };
}

function trlRow(sample: Sample): TrainerRow {
  return { prompt: sample.prompt, images: sample.images, data_source: sample.data_source, ground_truth: labelOf(sample) };
}

function easyR1Row(sample: Sample): TrainerRow {
  const [message, ...others] = sample.prompt;
  if (message?.role !== 'user' || others.length > 0) {
    const roles = sample.prompt.map(({ role }) => role).join(', ');
    throw unfit(sample, `EasyR1 takes one message of the user, the prompt has ${roles}; put the instructions into the user's message`);
  }
  return { problem: message.content, images: sample.images, answer: labelOf(sample) };
}

function msSwiftRow(sample: Sample): TrainerRow {
  return {
    messages: sample.prompt,
    images: sample.images.map((image) => image.path ?? dataUri(image)),
    data_source: sample.data_source,
    solution: labelOf(sample),
  };
}

function openRlhfRow(sample: Sample): TrainerRow {
  const images = sample.images.map(({ path }) => {
    if (path === undefined)
      throw unfit(sample, 'OpenRLHF reads images from files, this one has bytes only; write it to a file and give its path');
    return path;
  });
  return { prompt: sample.prompt.map(partsOf), images, label: labelOf(sample), datasource: sample.data_source };
}

function partsOf({ role, content }: PromptMessage): TrainerRow {
  const texts = content.split(IMAGE_MARK);
  const parts = texts.flatMap((text, place) => [
    ...(place === 0 ? [] : [{ type: 'image' }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ]);
  return { role, content: parts };
}

function labelOf(sample: Sample): string {
  return writeEnvelope(envelopeOf(sample));
}

const SIGNATURES: readonly { readonly type: string; readonly bytes: readonly number[] }[] = [
  { type: 'image/png', bytes: [0x89, 0x50, 0x4e, 0x47] },
  { type: 'image/jpeg', bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', bytes: [0x47, 0x49, 0x46] },
  { type: 'image/webp', bytes: [0x52, 0x49, 0x46, 0x46] },
];

function dataUri({ bytes }: SampleImage): string {
  if (bytes === undefined) throw new FormatError('image_mismatch', 'an image has neither bytes nor path; one of them is needed; add it');
  const type = SIGNATURES.find((signature) => signature.bytes.every((byte, place) => bytes[place] === byte))?.type;
  return `data:${type ?? 'application/octet-stream'};base64,${encodeBase64(bytes)}`;
}

function unfit(sample: Sample, message: string): FormatError {
  return new FormatError('invalid_sample', `sample "${sample.extra_info.id}": ${message}`);
}
