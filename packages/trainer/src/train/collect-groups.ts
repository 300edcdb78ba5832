/**
 * The first half of a step: choose prompts, sample responses, score them, turn rewards into advantages. With `samplingRounds` above 1, further
 * prompts are sampled until enough groups have responses of different reward (dynamic sampling of DAPO, arXiv 2503.14476, eq. 11).
 */
import { at } from '@vtriune/format/at';
import { namingLargest } from '../data/naming-largest.ts';
import type { PreparedPrompt } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import type { Generation } from '../rollout/generate.ts';
import { sampleResponses } from '../rollout/sample-responses.ts';
import { drawPrompts, selectorOf, type DrawnPrompts } from './draw-prompts.ts';
import { estimateAdvantages, sampledPrompt, type Estimate, type RolloutGroup } from './estimate.ts';
import type { RewardOutcome } from './reward.ts';
import { draftRollouts, scoreRollouts, type Rollout } from './rollout.ts';
import { stopTokens } from './stop-tokens.ts';
import { stopwatch } from './stopwatch.ts';
import type { RunOptions, TrainState } from './train-options.ts';

/** What a step has sampled. */
export interface CollectedGroups<Outcome extends RewardOutcome> {
  /** All groups of the step, in the order in which they were sampled. */
  groups: RolloutGroup<Outcome>[];
  /** Those that the update learns from, `promptsPerStep` at most. */
  learned: RolloutGroup<Outcome>[];
  /** State after this step. */
  state: TrainState;
  seconds: { data: number; rollout: number; reward: number };
}

/** What of the first round of a step was done before: its responses are there, or its prompts are being drawn. */
export interface BegunRound {
  readonly sampled?: SampledRound | undefined;
  readonly drawn?: Promise<DrawnPrompts> | undefined;
}

/** Samples and scores the groups of the step after `state`. */
export async function collectGroups<Outcome extends RewardOutcome>(
  options: RunOptions<Outcome>,
  state: TrainState,
  { sampled: first, drawn }: BegunRound = {},
): Promise<CollectedGroups<Outcome>> {
  const { config } = options;
  const seconds = { data: 0, rollout: 0, reward: 0 };
  const rollouts: Rollout<Outcome>[] = [];
  let position = state.samplePosition;
  let prompts = 0;
  let estimate: Estimate<Outcome> = { groups: [], memory: undefined };
  for (let round = 0; round < config.samplingRounds; round++) {
    const missing = config.promptsPerStep - estimate.groups.filter(isUseful).length;
    if (missing === 0) break;
    const begun = round === 0 ? { drawn } : {};
    const sampled = round === 0 && first !== undefined ? first : await sampleRound(options, { state, position, count: missing, ...begun });
    const clock = stopwatch();
    rollouts.push(...(await scoreRound(options, sampled, { step: state.step + 1, first: prompts })));
    seconds.reward += clock();
    seconds.data += sampled.seconds.data;
    seconds.rollout += sampled.seconds.rollout;
    position = sampled.position;
    prompts += sampled.prompts.length;
    estimate = estimateAdvantages(options, rollouts, state.advantage);
  }
  const { groups, memory } = estimate;
  return { groups, learned: learnedOf(groups, config), seconds, state: stateAfter(options, { state, position, groups, memory }) };
}

/** With dynamic sampling only groups that teach something count; without, the step's groups as they are. */
function learnedOf<Group extends RolloutGroup>(
  groups: readonly Group[],
  config: { samplingRounds: number; promptsPerStep: number },
): Group[] {
  if (config.samplingRounds === 1) return [...groups];
  return groups.filter(isUseful).slice(0, config.promptsPerStep);
}

function isUseful({ zeroVariance }: RolloutGroup): boolean {
  return !zeroVariance;
}

/** Prompts and the responses to them, before they are scored. */
export interface SampledRound {
  readonly prompts: readonly PreparedPrompt[];
  /** `[P][G]` */
  readonly generations: readonly (readonly Generation[])[];
  /** Index of the next sample. */
  readonly position: number;
  readonly seconds: { readonly data: number; readonly rollout: number };
}

/** Where a round begins, and what of it is there: prompts that are being drawn, or responses that a checkpoint has kept. */
interface RoundStart {
  readonly state: TrainState;
  readonly position: number;
  readonly count: number;
  readonly drawn?: Promise<DrawnPrompts> | undefined;
  readonly generations?: SampledRound['generations'];
}

/** Draws prompts and samples responses to them. */
export async function sampleRound<Outcome extends RewardOutcome>(options: RunOptions<Outcome>, from: RoundStart): Promise<SampledRound> {
  const { engine, processor, config, tools } = options;
  const drawing = stopwatch();
  const drawn = await (from.drawn ?? drawPrompts(options, from));
  const seconds = drawing();
  const clock = stopwatch();
  const plain = drawn.prompts.map(({ prompt }) => prompt);
  const { prompts, generations } = await namingLargest(plain, async () => {
    const encoded = await encodePrompts(engine, plain);
    const asked = encoded.map((prompt, p) => ({ prompt, key: at(drawn.prompts, p).key }));
    const sampling = { ...config, stopTokenIds: stopTokens(processor) };
    return { prompts: encoded, generations: from.generations ?? (await sampleResponses(asked, { engine, processor, sampling, tools })) };
  });
  return { prompts, generations, position: drawn.position, seconds: { data: seconds, rollout: clock() } };
}

async function scoreRound<Outcome extends RewardOutcome>(
  { processor, config, reward, tools }: RunOptions<Outcome>,
  { prompts, generations }: SampledRound,
  { step, first }: { step: number; first: number },
): Promise<Rollout<Outcome>[]> {
  const drafts = draftRollouts(processor, {
    prompts,
    generations,
    tools: tools !== undefined,
    idOf: (p, g) => `${String(step)}-${String(first + p)}-${String(g)}`,
  });
  const scored = await scoreRollouts(reward, drafts, { split: 'train', progress: { step, totalSteps: config.steps } });
  checkFailures(scored, config.failureLimit);
  return scored;
}

/** The prompts with their images encoded, where that can be done once for the whole step. */
async function encodePrompts(engine: Engine, prompts: readonly PreparedPrompt[]): Promise<PreparedPrompt[]> {
  const images = await engine.encodeImages(prompts.flatMap((prompt) => prompt.images));
  let next = 0;
  return prompts.map((prompt) => ({ ...prompt, images: images.slice(next, (next += prompt.images.length)) }));
}

function checkFailures(rollouts: readonly Rollout[], limit: number): void {
  const failed = rollouts.flatMap(({ outcome }) => (outcome.status === 'failed' ? [outcome.error] : []));
  const [first] = failed;
  if (first === undefined || failed.length <= limit * rollouts.length) return;
  throw new TrainerError(
    'reward_failures',
    `${String(failed.length)} of ${String(rollouts.length)} rollouts came back without a reward (first: ${first.code}: ${first.message}); at most ${String(limit * 100)} % may. Mend the verifier or its data, or raise failureLimit.`,
  );
}

function stateAfter<Outcome extends RewardOutcome>(
  options: RunOptions<Outcome>,
  step: { state: TrainState; position: number; groups: readonly RolloutGroup[]; memory: unknown },
): TrainState {
  const { selector, settings } = selectorOf(options);
  const observed = step.groups.map(({ prompt, rollouts }) => sampledPrompt(prompt, rollouts, options.config));
  const selection = selector.observe(observed, { settings, state: step.state.selection });
  return {
    step: step.state.step + 1,
    samplePosition: step.position,
    ...(step.memory === undefined ? {} : { advantage: step.memory }),
    ...(selection === undefined ? {} : { selection }),
  };
}
