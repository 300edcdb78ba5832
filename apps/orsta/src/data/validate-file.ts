/**
 * Checks a data file record by record: the Sample schema, that images decode, that boxes lie inside them, and that the gold answer scores 1 with
 * the sample's own verifier. Every bad record is reported and none is kept, so that memory does not grow with the file.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FormatError, readRecords, type DataRecord, type Sample } from '@vtriune/format';
import { decodeImage } from '@vtriune/trainer';
import { createRewardRequest, score, VerifierError, type ImageSize, type Registry, type RewardRequest } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import { boxOutside } from './box-outside.ts';

/** What `validateFile` works with. */
export interface ValidateOptions {
  readonly registry: Registry;
  /** Told every problem, with file and line or row. */
  readonly report: (problem: string) => void;
  /** Told after each record how many were read. */
  readonly onProgress?: (samples: number) => void;
}

/** How many records were read, and how many are wrong in which way. */
export interface FileValidation {
  readonly samples: number;
  readonly wrong: number;
  /** Kind of problem -> records: the codes of `FormatError`, `gold_answer`, `image`, `box`. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** Checks every record of a file of JSON lines or Parquet. Throws FormatError where the file as a whole cannot be read. */
export async function validateFile(path: string, { registry, report, onProgress }: ValidateOptions): Promise<FileValidation> {
  const kinds = new Map<string, number>();
  let samples = 0;
  let wrong = 0;
  for await (const record of readRecords(path)) {
    samples += 1;
    const problem = await recordProblem(record, { path, registry });
    if (problem !== undefined) {
      wrong += 1;
      const before = kinds.get(problem.kind);
      kinds.set(problem.kind, before === undefined ? 1 : before + 1);
      report(problem.text);
    }
    onProgress?.(samples);
  }
  return { samples, wrong, kinds: Object.fromEntries(kinds) };
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

async function goldProblem(
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
      return { width, height, resized_width: width, resized_height: height };
    }),
  );
}
