import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSample, type Sample } from '@vtriune/format';
import { decodeImage } from '@vtriune/trainer';
import { createRewardRequest, score, type ImageSize, type Registry, type RewardRequest } from '@vtriune/verifiers';
import { OrstaError } from '../errors.ts';
import { linesOf } from './lines-of.ts';

/** What is wrong with a file of samples, one text for each sample that is. */
export interface FileValidation {
  readonly samples: number;
  readonly problems: readonly string[];
}

/** Checks each line against the Sample schema, that its images exist, and that its gold answer scores 1 with its own verifier. */
export async function validateFile(path: string, registry: Registry): Promise<FileValidation> {
  const problems: string[] = [];
  let samples = 0;
  let line = 0;
  for await (const text of linesOf(path)) {
    line += 1;
    if (text.trim() === '') continue;
    samples += 1;
    const location = `${path}:${String(line)}`;
    try {
      const sample = parseSample(JSON.parse(text), { location, defaultId: location });
      const problem = await goldProblem(sample, { path, registry });
      if (problem !== undefined) problems.push(`${location} ${sample.extra_info.id}: ${problem}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(reason.startsWith(location) ? reason : `${location}: ${reason}`);
    }
  }
  return { samples, problems };
}

async function goldProblem(sample: Sample, { path, registry }: { path: string; registry: Registry }): Promise<string | undefined> {
  const images = await imageSizes(sample, path);
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
    images: request.images ?? [],
  });
}

async function imageSizes(sample: Sample, path: string): Promise<ImageSize[]> {
  return Promise.all(
    sample.images.map(async (image) => {
      const file = image.path === undefined ? undefined : resolve(dirname(path), image.path);
      if (image.bytes === undefined && (file === undefined || !existsSync(file)))
        throw new OrstaError('invalid_data', `the image ${file ?? '(without a path)'} does not exist; write it, or correct the path`);
      const { width, height } = await decodeImage(image.bytes ?? file ?? '');
      return { width, height, resized_width: width, resized_height: height };
    }),
  );
}
