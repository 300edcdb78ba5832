/** The samples of a recipe as Parquet in an engine's columns, with what the recipe changes of them: prompts, order, and the IoU schedule. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createMix, writeTrainerParquet, type Sample } from '@vtriune/format';
import type { Registry } from '@vtriune/verifiers';
import { ask } from '../data/ask.ts';
import { readSamples, type LocatedSample } from '../data/file-source.ts';
import { withBytes } from '../data/rewrite-files.ts';
import type { FileSettings, IouSetting, Recipe } from '../recipe/recipe.ts';
import { takesThreshold } from '../reward/reward.ts';
import type { EngineName } from './engine-settings.ts';
import type { LaunchJob } from './job.ts';

/** Writes the training rows, and the held-out rows where there are any. Returns their numbers. */
export async function writeData(
  job: LaunchJob,
  recipe: Recipe & { readonly data: FileSettings },
  registry: Registry,
): Promise<{ train: number; test: number }> {
  await mkdir(dirname(job.data.train), { recursive: true });
  const { data, trainer, reward, evaluation } = recipe;
  const train = withSchedule(await trainingSamples(data, trainer.steps * trainer.promptsPerStep), reward.iouSchedule, registry);
  const test = job.data.test === null ? [] : await heldOutSamples(data, evaluation.samplesPerTask);
  return {
    train: await write(job.data.train, train, job.engine),
    test: job.data.test === null ? 0 : await write(job.data.test, test, job.engine),
  };
}

/** All samples once, for the engine to shuffle; or, where files have weights, every sample of the run in its order. */
async function trainingSamples(data: FileSettings, draws: number): Promise<LocatedSample[]> {
  const files = await Promise.all(data.files.map(async ({ path, weight }) => ({ path, weight, samples: await readSamples(path) })));
  if (files.every(({ weight }) => weight === undefined))
    return files.flatMap(({ samples }) => samples).map(({ sample, file }, index) => ({ sample: ask(sample, data, index), file }));
  const mix = createMix(
    Object.fromEntries(files.map(({ path, samples }) => [path, samples])),
    Object.fromEntries(files.map(({ path, weight, samples }) => [path, weight ?? samples.length])),
    data.seed,
  );
  return Array.from({ length: draws }, (_, index) => {
    const { sample, file } = mix.next().item;
    return { sample: ask(sample, data, index), file };
  });
}

async function heldOutSamples(data: FileSettings, perTask: number): Promise<LocatedSample[]> {
  const all = (await Promise.all(data.heldOut.map(readSamples))).flat();
  const taken = new Map<string, number>();
  return all.flatMap(({ sample, file }) => {
    const count = (taken.get(sample.ability) ?? 0) + 1;
    taken.set(sample.ability, count);
    return count > perTask ? [] : [{ sample: ask(sample, data), file }];
  });
}

/** Puts the recipe's IoU schedule into every verifier that has one; the service follows the step that the engine sends. */
function withSchedule(samples: readonly LocatedSample[], schedule: IouSetting | undefined, registry: Registry): readonly LocatedSample[] {
  if (schedule === undefined) return samples;
  return samples.map(({ sample, file }) => {
    const { reward_model: model } = sample;
    const changed = <Entry extends { verifier?: string; verifier_parm?: unknown }>(entry: Entry): Entry =>
      takesThreshold(registry, entry.verifier)
        ? { ...entry, verifier_parm: { ...(entry.verifier_parm as object | undefined), iou_threshold: schedule } }
        : entry;
    const rewards = model.rewards?.map((entry) => changed({ ...entry, verifier_parm: entry.verifier_parm ?? model.verifier_parm }));
    return { sample: { ...sample, reward_model: { ...changed(model), ...(rewards === undefined ? {} : { rewards }) } } as Sample, file };
  });
}

function write(path: string, samples: readonly LocatedSample[], trainer: EngineName): Promise<number> {
  return writeTrainerParquet(path, () => withImages(samples), { trainer });
}

async function* withImages(samples: readonly LocatedSample[]): AsyncGenerator<Sample> {
  for (const { sample, file } of samples)
    yield { ...sample, images: await Promise.all(sample.images.map((image) => withBytes(image, file))) };
}
