// Turns an unknown value (a JSON line, a Parquet row, an object in memory) into a checked Sample. Beyond the schema it checks
// that `<image>` marks and images agree, that somebody scores the sample, and that no key is a misspelling of one of ours.
// A null counts as "absent" because Arrow and Parquet fill struct fields with null. Unknown keys that resemble nothing of ours are kept.
import { Type } from 'typebox';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { FormatError } from './errors.ts';
import { nearMiss } from './settings/near-miss.ts';
import { isRecord } from './is-record.ts';
import { RewardTerm } from './reward-term.ts';
import { IMAGE_MARK, PromptMessage, RewardModel, Sample, SampleImage } from './sample.ts';
import { schemaCheck } from './schema-check.ts';
import { showValue } from './show-value.ts';

// The schema describes JSON. Image bytes may be binary already, so they are checked where they are decoded.
const { images, ...others } = Sample.properties;
const AnyImage = Type.Object({ ...SampleImage.properties, bytes: Type.Optional(Type.Unknown()) });
const findProblem = schemaCheck(Type.Object({ ...others, images: { ...images, items: AnyImage } }));
const SAMPLE_KEYS = new Set(Object.keys(Sample.properties));
const REWARD_MODEL_KEYS = new Set(Object.keys(RewardModel.properties));
const REWARD_TERM_KEYS = new Set(Object.keys(RewardTerm.properties));
const IMAGE_KEYS = new Set(Object.keys(SampleImage.properties));
const MESSAGE_KEYS = new Set(Object.keys(PromptMessage.properties));

/** Where a part of a sample is: JSON pointer, and file and line. */
interface Place {
  readonly pointer: string;
  readonly location: string | undefined;
}

/** Options of `parseSample`. */
export interface ParseSampleOptions {
  /** Put before error messages, e.g. `train.jsonl:12`. */
  readonly location?: string;
  /** Used as `extra_info.id` where the sample has none, as in the published Orsta-Data-47k files. */
  readonly defaultId?: string;
}

/** A Sample as it is in a JSON line: image bytes are base64 text. */
export type SampleJson = Omit<Sample, 'images'> & { images: { bytes?: string; path?: string }[] };

/**
 * Checks a value and returns it as a Sample: nulls left out, base64 image bytes decoded, an image that is a path as `{ path }`, an integer id
 * as text.
 * The input is not changed; parts that need no change are shared with it. Throws FormatError with the JSON pointer of the first fault.
 */
export function parseSample(value: unknown, options: ParseSampleOptions = {}): Sample {
  const { location } = options;
  if (!isRecord(value)) {
    throw new FormatError('invalid_sample', `a sample is an object, this is ${showValue(value)}; give one object per sample`, { location });
  }
  const candidate = withDefaultId(withParsedParameters(withImageRecords(withoutNulls(value)), location), options.defaultId);
  refuseMisspelledKeys(candidate, location);
  const problem = findProblem(candidate);
  if (problem !== undefined) throw new FormatError('invalid_sample', problem.message, { location, pointer: problem.pointer });
  const sample = candidate as unknown as SampleJson & Sample;
  const { id } = sample.extra_info;
  const parsed: Sample = {
    ...sample,
    images: sample.images.map((image, index) => parseImage(image, index, location)),
    extra_info: typeof id === 'string' ? sample.extra_info : { ...sample.extra_info, id: String(id) },
  };
  checkImages(parsed, location);
  checkGroundTruth(parsed, location);
  checkVerifier(parsed, location);
  return parsed;
}

/** Whether a value is a Sample in memory (image bytes as Uint8Array); use `parseSample` for JSON and to learn why not. */
export function isSample(value: unknown): value is Sample {
  if (!isRecord(value) || !isRecord(value['extra_info']) || typeof value['extra_info']['id'] !== 'string') return false;
  const images = value['images'];
  if (!Array.isArray(images) || images.some((image: unknown) => !isRecord(image) || typeof image['bytes'] === 'string')) return false;
  try {
    parseSample(value);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The JSON form of a sample: image bytes as base64 text. The input is not changed. */
export function toSampleJson(sample: Sample): SampleJson {
  return {
    ...sample,
    images: sample.images.map(({ bytes, ...rest }) => (bytes === undefined ? rest : { ...rest, bytes: encodeBase64(bytes) })),
  };
}

/** Number of `<image>` marks in all messages of a prompt. */
export function countImageMarks(prompt: readonly PromptMessage[]): number {
  return prompt.reduce((count, message) => count + message.content.split(IMAGE_MARK).length - 1, 0);
}

function parseImage(image: { bytes?: unknown; path?: string }, index: number, location: string | undefined): SampleImage {
  const pointer = `/images/${index}`;
  if (image.bytes === undefined && image.path === undefined) {
    throw new FormatError('image_mismatch', `${pointer} has neither bytes nor path; one of them is needed; add it or remove the image`, {
      location,
      pointer,
    });
  }
  if (image.bytes === undefined || image.bytes instanceof Uint8Array) return image as SampleImage;
  const bytes = typeof image.bytes === 'string' ? decodeBase64(image.bytes) : undefined;
  if (bytes !== undefined) return { ...image, bytes };
  const message = `${pointer}/bytes is ${showValue(image.bytes)}; allowed: padded base64 of the encoded image file; encode the bytes, or give a path`;
  throw new FormatError('invalid_sample', message, { location, pointer: `${pointer}/bytes` });
}

function checkImages(sample: Sample, location: string | undefined): void {
  const marks = countImageMarks(sample.prompt);
  if (marks === sample.images.length) return;
  const message = `/prompt has ${marks} ${IMAGE_MARK} mark(s) and /images ${sample.images.length} image(s); the numbers must be equal; add or remove marks`;
  throw new FormatError('image_mismatch', message, { location, pointer: '/prompt' });
}

function checkGroundTruth({ reward_model: model }: Sample, location: string | undefined): void {
  if (!(model.ground_truth instanceof Uint8Array)) return;
  const message = `/reward_model/ground_truth is ${showValue(model.ground_truth)}; allowed: text, a number, a list or an object; write text as text`;
  throw new FormatError('invalid_sample', message, { location, pointer: '/reward_model/ground_truth' });
}

function checkVerifier(sample: Sample, location: string | undefined): void {
  if (sample.reward_model.verifier !== undefined || sample.reward_model.rewards !== undefined) return;
  const message = '/reward_model names no verifier; allowed: "verifier" with its name, or "rewards" with a list of them; add one';
  throw new FormatError('missing_verifier', message, { location, pointer: '/reward_model/verifier' });
}

function refuseMisspelledKeys(sample: Record<string, unknown>, location: string | undefined): void {
  const { reward_model: model, images, prompt } = sample;
  refuseMisspelled(sample, SAMPLE_KEYS, { pointer: '', location });
  refuseMisspelled(model, REWARD_MODEL_KEYS, { pointer: '/reward_model', location });
  if (isRecord(model)) refuseMisspelledIn(model['rewards'], REWARD_TERM_KEYS, { pointer: '/reward_model/rewards', location });
  refuseMisspelledIn(images, IMAGE_KEYS, { pointer: '/images', location });
  refuseMisspelledIn(prompt, MESSAGE_KEYS, { pointer: '/prompt', location });
}

function refuseMisspelledIn(list: unknown, known: ReadonlySet<string>, place: Place): void {
  if (!Array.isArray(list)) return;
  for (const [index, value] of list.entries()) refuseMisspelled(value, known, { ...place, pointer: `${place.pointer}/${index}` });
}

function refuseMisspelled(value: unknown, known: ReadonlySet<string>, { pointer, location }: Place): void {
  if (!isRecord(value)) return;
  for (const key in value) {
    if (known.has(key)) continue;
    const meant = nearMiss(
      key,
      [...known].filter((name) => !(name in value)),
    );
    if (meant === undefined) continue;
    const message = `${pointer}/${key} is not a known field; known: ${[...known].join(', ')}; did you mean "${meant}"?`;
    throw new FormatError('unknown_key', message, { location, pointer: `${pointer}/${key}` });
  }
}

function withDefaultId(sample: Record<string, unknown>, defaultId: string | undefined): Record<string, unknown> {
  if (defaultId === undefined) return sample;
  const extraInfo = sample['extra_info'] ?? {};
  if (!isRecord(extraInfo) || extraInfo['id'] !== undefined) return sample;
  return { ...sample, extra_info: { ...extraInfo, id: defaultId } };
}

/** An image may be written as its path alone. */
function withImageRecords(sample: Record<string, unknown>): Record<string, unknown> {
  const { images } = sample;
  if (!Array.isArray(images) || !images.some((image) => typeof image === 'string')) return sample;
  return { ...sample, images: images.map((image: unknown) => (typeof image === 'string' ? { path: image } : image)) };
}

/** `verifier_parm` may be the JSON text of its object: the usual way to put parameters of many shapes into one column of a table. */
function withParsedParameters(sample: Record<string, unknown>, location: string | undefined): Record<string, unknown> {
  const model = withObjectParameters(sample['reward_model'], { pointer: '/reward_model', location });
  if (!isRecord(model) || !Array.isArray(model['rewards']))
    return model === sample['reward_model'] ? sample : { ...sample, reward_model: model };
  const rewards = model['rewards'].map((term, index) =>
    withObjectParameters(term, { pointer: `/reward_model/rewards/${index}`, location }),
  );
  return { ...sample, reward_model: { ...model, rewards } };
}

function withObjectParameters(holder: unknown, { pointer, location }: Place): unknown {
  if (!isRecord(holder) || typeof holder['verifier_parm'] !== 'string') return holder;
  return { ...holder, verifier_parm: parseParameters(holder['verifier_parm'], { pointer: `${pointer}/verifier_parm`, location }) };
}

function parseParameters(text: string, place: Place): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return withoutNulls(value);
  } catch {
    // Refused below, like JSON that is no object.
  }
  const message = `${place.pointer} is ${showValue(text)}; allowed: an object, or the JSON text of one; correct it`;
  throw new FormatError('invalid_sample', message, place);
}

// Objects that held nothing but nulls go too: Orsta's `verifier_parm` of a mathverify sample is a struct full of nulls. What holds no null is
// given back as it is, because nearly all records of a file hold none.
function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  let kept: Record<string, unknown> | undefined;
  for (const key in record) {
    const value = record[key];
    const cleaned = isAbsent(value) ? undefined : cleanValue(value);
    if (cleaned === value && value !== undefined) continue;
    kept ??= { ...record };
    if (cleaned === undefined || (isRecord(cleaned) && Object.keys(cleaned).length === 0)) delete kept[key];
    else kept[key] = cleaned;
  }
  return kept === undefined ? record : kept;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function cleanValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const cleaned = value.map(cleanValue);
    return cleaned.some((member, index) => member !== value[index]) ? cleaned : value;
  }
  return isRecord(value) ? withoutNulls(value) : value;
}
