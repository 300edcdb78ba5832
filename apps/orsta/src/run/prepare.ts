import { loadConfig, loadProcessor, type Processor, type SampleSource, TrainerError, withMaxPixels } from '@vtriune/trainer';
import { createRewardClient } from '@vtriune/verifiers/client';
import { createImageLoader } from '../data/image-loader.ts';
import { heldOutFiles, fileSource } from '../data/file-source.ts';
import { heldOutSuite, suiteSource } from '../data/suite-source.ts';
import { loadRegistry, type RewardOptions } from '../reward/reward.ts';
import { NO_HELD_OUT, type HeldOut } from '../evaluation/held-out.ts';
import { OrstaError } from '../errors.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { loadRunPlugins, type RunPlugin } from '../recipe/run-plugins.ts';
import { loadAssets } from '../suite/index.ts';

/** Everything of a run but its engine. */
export interface Prepared {
  /** Cuts images up to the recipe's own limit. */
  readonly processor: Processor;
  /** The limit of the model, where the recipe has none. */
  readonly modelMaxPixels: number;
  readonly samples: SampleSource;
  readonly heldOut: HeldOut;
  readonly reward: RewardOptions;
  readonly plugins: readonly RunPlugin[];
}

/** Loads tokenizer, data and verifiers of a recipe. Plug-ins are looked up from `cwd`. */
export async function prepare(recipe: Recipe, cwd: string): Promise<Prepared> {
  const own = await loadModelProcessor(recipe.model.path);
  const processor = withMaxPixels(own, recipe.data.maxPixels);
  const modelMaxPixels = own.config.maxPixels;
  // Tools look at images as they are stored.
  const images = createImageLoader(usesTools(recipe) ? {} : { processor: processor.config });
  const registry = await loadRegistry(recipe.plugins, cwd);
  const reward: RewardOptions = { registry, images, ...(await rewardSettings(recipe)) };
  const plugins = await loadRunPlugins(recipe.plugins, cwd);
  const { data, evaluation } = recipe;
  if (data.kind === 'files') {
    const heldOut =
      evaluation.samplesPerTask === 0
        ? NO_HELD_OUT
        : await heldOutFiles(data.heldOut, { images, samplesPerTask: evaluation.samplesPerTask, asking: data });
    return { processor, modelMaxPixels, samples: await fileSource(data, images), heldOut, reward, plugins };
  }
  const assets = await loadAssets();
  return {
    processor,
    modelMaxPixels,
    samples: suiteSource(assets, data),
    heldOut: heldOutSuite(assets, { ...evaluation, tasks: data.tasks, asking: data }),
    reward,
    plugins,
  };
}

async function rewardSettings({ name, reward }: Recipe): Promise<Pick<RewardOptions, 'iouSchedule' | 'remote'>> {
  const { iouSchedule } = reward;
  const schedule = iouSchedule === undefined ? {} : { iouSchedule };
  if (reward.kind === 'local') return schedule;
  const { urls, timeoutMs, concurrency, retries } = reward;
  const token = process.env['VTRIUNE_TOKEN'];
  const client = createRewardClient({
    urls,
    run: name,
    ...(token === undefined ? {} : { token }),
    timeoutMs,
    concurrency,
    retries,
  });
  const health = await client.health();
  if (!health.some(({ ready }) => ready)) {
    const [first] = health;
    throw new OrstaError(
      'usage',
      `No reward service is ready: ${first?.url ?? ''} says "${first?.message ?? ''}". Start one with \`orsta serve\`, or correct reward.urls.`,
    );
  }
  return { ...schedule, remote: (requests) => client.score(requests) };
}

/** The processor of a model folder. Throws `usage` with what to do where there is no such folder. */
export async function loadModelProcessor(path: string): Promise<Processor> {
  try {
    // First, since it says what is there instead of a model.
    await loadConfig(path);
    return await loadProcessor(path);
  } catch (cause) {
    if (!(cause instanceof TrainerError)) throw cause;
    throw new OrstaError('usage', cause.message, { cause });
  }
}

/** Says what `generate()` of transformers would do otherwise with this model. */
export function noteGeneration({ generation }: Processor, notice: (text: string) => void): void {
  for (const note of generation.notes) notice(`note: ${note}\n`);
}

/** Whether the policy may call tools. */
function usesTools({ trainer }: Pick<Recipe, 'trainer'>): boolean {
  return trainer.tools.use.length > 0;
}
