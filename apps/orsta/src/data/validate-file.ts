/**
 * Checks a data file record by record: the Sample schema, that images decode, that boxes lie inside them, and that the gold answer scores 1 with
 * the sample's own verifier. Every bad record is reported and none is kept, so that memory does not grow with the file.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FormatError, readRecords, type DataRecord, type Sample } from '@vtriune/format';
import { checkImageSize, decodeImage } from '@vtriune/trainer';
import { createRewardRequest, score, VerifierError, type ImageSize, type Registry, type RewardRequest } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import { boxOutside } from './box-outside.ts';
import { controlTokenIn } from './control-tokens.ts';
import { mendRecord, type MendedSample } from './mend-record.ts';

/** What `validateFile` works with. */
export interface ValidateOptions {
  readonly registry: Registry;
  /** Told every problem, with file and line or row. */
  readonly report: (problem: string) => void;
  /** Told after each record. */
  readonly onProgress?: (progress: ValidateProgress) => void;
  /** Given every sample that is right, or that could be mended; a record that cannot be is left out. */
  readonly onSample?: (sample: Sample) => Promise<void>;
}

/** How far validation is. */
export interface ValidateProgress {
  readonly samples: number;
  readonly wrong: number;
  /** Share of the file, 0 to 1. */
  readonly done: number;
}

/** How many records were read, and how many are wrong in which way. */
export interface FileValidation {
  readonly samples: number;
  readonly wrong: number;
  /** How many of the wrong ones were mended for `onSample`. */
  readonly mended: number;
  /** Kind of problem -> records: the codes of `FormatError`, `prompt`, `gold_answer`, `image`, `box`. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** Checks every record of a file of JSON lines or Parquet. Throws FormatError where the file as a whole cannot be read. */
export async function validateFile(path: string, { registry, report, onProgress, onSample }: ValidateOptions): Promise<FileValidation> {
  const kinds = new Map<string, number>();
  let samples = 0;
  let wrong = 0;
  let mended = 0;
  for await (const record of readRecords(path)) {
    samples += 1;
    const problem = await recordProblem(record, { path, registry });
    if (problem !== undefined) {
      wrong += 1;
      const before = kinds.get(problem.kind);
      kinds.set(problem.kind, before === undefined ? 1 : before + 1);
      const better = onSample === undefined ? undefined : await mendedSample(record, { path, registry });
      report(better === undefined ? problem.text : `${problem.text} (mended: ${better.changes.join(', ')})`);
      if (better !== undefined) {
        mended += 1;
        await onSample?.(better.sample);
      }
    } else await onSample?.(record.sample());
    onProgress?.({ samples, wrong, done: record.done });
  }
  return { samples, wrong, mended, kinds: Object.fromEntries(kinds) };
}

/** The sample of a wrong record with what a rule can put right, if it is right then. */
async function mendedSample(record: DataRecord, given: { path: string; registry: Registry }): Promise<MendedSample | undefined> {
  const sizesOf = (sample: Sample): Promise<ImageSize[]> => imageSizes(sample, given.path);
  const better = await mendRecord(record, sizesOf).catch(() => undefined);
  if (better === undefined || better.changes.length === 0) return undefined;
  const again: DataRecord = { ...record, sample: () => better.sample };
  return (await recordProblem(again, given)) === undefined ? better : undefined;
}

interface Problem {
  readonly kind: string;
  readonly text: string;
}

async function recordProblem(record: DataRecord, { path, registry }: { path: string; registry: Registry }): Promise<Problem | undefined> {
  const { location } = record;
  try {
    const sample = record.sample();
    const place = `${location} ${sample.extra_info.id}`;
    const token = controlTokenIn(sample);
    if (token !== undefined) return { kind: 'prompt', text: `${place}: ${token}` };
    const images = await imageSizes(sample, path);
    const box = boxOutside(sample, images);
    if (box !== undefined) return { kind: 'box', text: `${place}: ${box}` };
    const gold = await goldProblem(sample, { images, registry });
    return gold === undefined ? undefined : { kind: 'gold_answer', text: `${place}: ${gold}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const kind = error instanceof FormatError ? error.code : error instanceof VerifierError ? 'gold_answer' : 'image';
    return { kind, text: reason.startsWith(location) ? reason : `${location}: ${reason}` };
  }
}

/** Why the gold answer of a sample does not score 1, in words; undefined where it does. */
export async function goldProblem(
  sample: Sample,
  { images, registry }: { images: readonly ImageSize[]; registry: Registry },
): Promise<string | undefined> {
  const request = createRewardRequest({ sample, response: '', images, split: 'test', progress: { step: 1, total_steps: 1 } });
  for (const question of questionsOf(request)) {
    const problem = await questionProblem(question, registry);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Several verifiers on one sample may want different answers, so each is asked for itself. */
function questionsOf({ rewards, ...request }: RewardRequest): readonly RewardRequest[] {
  if (rewards === undefined) return [request];
  return rewards.map(({ name: _name, weight: _weight, ...entry }) => ({ ...request, ...entry }));
}

async function questionProblem(request: RewardRequest, registry: Registry): Promise<string | undefined> {
  const gold = goldResponse(request, registry);
  // Without a gold answer it can only be seen whether the ground truth is readable, which any response shows.
  const [result] = await score([{ ...request, response: gold ?? '' }], { registry });
  if (result === undefined) return 'no result';
  if (result.status === 'failed') return `${result.error.code}: ${result.error.message}`;
  // Of a verifier that writes no gold answer it is only known that it can read the ground truth.
  if (gold === undefined || result.reward >= 1 - 1e-9) return undefined;
  return `its gold answer ${JSON.stringify(gold.slice(0, 120))} scores ${result.reward.toFixed(4)} with "${result.verifier}"`;
}

/** The verifier's own idea of a perfect answer; absent for verifiers that cannot say it. */
function goldResponse(request: RewardRequest, registry: Registry): string | undefined {
  const { gold } = registry.get(request.verifier);
  return gold?.({
    groundTruth: request.ground_truth,
    parameters: request.verifier_parm,
    answer: request.answer,
    progress: request.progress,
    split: 'test',
    images: request.images === undefined ? [] : request.images,
  });
}

async function imageSizes(sample: Sample, path: string): Promise<ImageSize[]> {
  return Promise.all(
    sample.images.map(async (image) => {
      const file = image.path === undefined ? undefined : resolve(dirname(path), image.path);
      if (image.bytes === undefined && (file === undefined || !existsSync(file)))
        throw new OrstaError('invalid_data', `the image ${file ?? '(without a path)'} does not exist; write it, or correct the path`);
      const { width, height } = await decodeImage(image.bytes ?? String(file));
      checkImageSize({ width, height });
      return { width, height, resized_width: width, resized_height: height };
    }),
  );
}
