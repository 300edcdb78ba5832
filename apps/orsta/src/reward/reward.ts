import {
  builtins,
  createRegistry,
  createRewardRequest,
  loadPlugins,
  score,
  type ImageSize,
  type Registry,
  type RewardRequest,
  type RewardResult,
} from '@vtriune/verifiers';
import type { RewardFunction, RolloutToScore } from '@vtriune/trainer';
import type { ImageLoader } from '../data/image-loader.ts';
import type { IouSetting } from '../recipe/recipe.ts';
import { isAdaptive, type ThresholdHistory } from './threshold-history.ts';

/** The built-in verifiers and those of the named packages. Throws VerifierError `invalid_plugin` or `duplicate_verifier`. */
export async function loadRegistry(plugins: readonly string[], resolveFrom: string): Promise<Registry> {
  const loaded = await loadPlugins(plugins, { resolveFrom });
  return createRegistry([...builtins, ...loaded.flatMap(({ verifiers }) => verifiers)]);
}

/** What `createReward` needs. */
export interface RewardOptions {
  readonly registry: Registry;
  /** IoU threshold of boxes on the train split; the sample's own where absent. Evaluation always uses the sample's own. */
  readonly iouSchedule?: IouSetting;
  readonly images: ImageLoader;
  /** What the sources have passed so far, for adaptive thresholds in training. */
  readonly history?: ThresholdHistory;
  /** Scores the responses of training in place of this process: the client of a reward service. Evaluation always scores here. */
  readonly remote?: (requests: readonly RewardRequest[]) => Promise<RewardResult[]>;
}

/** Scores responses by the verifiers their samples name, in this process or by the client of a service. */
export function createReward(options: RewardOptions): RewardFunction<RewardResult> {
  const scoreAll = options.remote ?? ((requests) => score(requests, { registry: options.registry }));
  return (rollouts) => scoreAll(rollouts.map((rollout) => rewardRequest(rollout, options)));
}

/** The request for one response, with the image sizes as stored and as the model saw them. */
export function rewardRequest(rollout: RolloutToScore, options: RewardOptions): RewardRequest {
  const { sample, response, id, split, progress, trajectory } = rollout;
  const images: ImageSize[] = rollout.imageSizes.map((size, index) => {
    const image = sample.images[index];
    const stored = image === undefined ? undefined : options.images.storedSize(image);
    return {
      width: stored?.width ?? size.width,
      height: stored?.height ?? size.height,
      resized_width: size.resizedWidth,
      resized_height: size.resizedHeight,
    };
  });
  const request = createRewardRequest({
    sample,
    response,
    id,
    split,
    progress: { step: progress.step, total_steps: progress.totalSteps },
    images,
    ...(trajectory === undefined ? {} : { trajectory: asContract(trajectory) }),
  });
  if (split === 'test') return request;
  const { registry, iouSchedule, history } = options;
  return withHistory(iouSchedule === undefined ? request : withThreshold(request, registry, iouSchedule), history);
}

/** The trajectory as verifiers see it: the texts, and no images. */
function asContract({ turns, toolCalls, toolErrors }: NonNullable<RolloutToScore['trajectory']>): NonNullable<RewardRequest['trajectory']> {
  return { tool_calls: toolCalls, tool_errors: toolErrors, turns: turns.map(({ role, text }) => ({ role, text })) };
}

/** Adds what the source has passed so far, where the threshold depends on it. */
function withHistory(request: RewardRequest, history: ThresholdHistory | undefined): RewardRequest {
  const { progress, data_source: source } = request;
  if (history === undefined || progress === undefined || !isAdaptive(request)) return request;
  return { ...request, progress: { ...progress, recorded: [...history.of(source)] } };
}

/** Replaces `iou_threshold` for every verifier that has such a parameter. */
function withThreshold(request: RewardRequest, registry: Registry, threshold: IouSetting): RewardRequest {
  const changed = <Entry extends { verifier: string; verifier_parm?: unknown }>(entry: Entry): Entry =>
    takesThreshold(registry, entry.verifier)
      ? { ...entry, verifier_parm: { ...(entry.verifier_parm ?? {}), iou_threshold: threshold } }
      : entry;
  if (request.rewards === undefined) return changed(request);
  // An entry without parameters takes the request's, so those are written out before one of them is replaced.
  return {
    ...request,
    rewards: request.rewards.map((entry) => changed({ ...entry, verifier_parm: entry.verifier_parm ?? request.verifier_parm })),
  };
}

/** Whether a verifier has the parameter `iou_threshold`. */
export function takesThreshold(registry: Registry, verifier: string | undefined): boolean {
  if (verifier === undefined || !registry.has(verifier)) return false;
  const { properties } = registry.get(verifier).parameters as { properties?: object };
  return properties !== undefined && 'iou_threshold' in properties;
}
