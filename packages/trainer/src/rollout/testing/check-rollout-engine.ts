// What every rollout engine must do, checked from outside: shapes, stops, log-probabilities against the trainer, greedy decoding, seeds, responses that
// go on after the turn of a tool, weights and sleep. It returns what is wrong in sentences, for any test runner. Left out: speed.
import { at } from '@vtriune/format/at';
import { packRow } from '../../data/packed-row.ts';
import type { Engine } from '../../engines/engine.ts';
import { TrainerError } from '../../errors.ts';
import type { RolloutEngine, RolloutWeights } from '../engines/rollout-engine.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';

/** What an engine is checked with. */
export interface RolloutCheckOptions {
  readonly rollouts: RolloutEngine;
  /** The trainer's engine with the weights that the rollout engine has at first. */
  readonly trainer: Engine;
  /** At least two, one with an image and one without. */
  readonly prompts: readonly GenerationPrompt[];
  readonly stopTokenIds: readonly number[];
  /** Prompts that end with a response that goes on after the turn of a tool, with images and with tokens that are not how their text is tokenized. */
  readonly continued?: readonly GenerationPrompt[];
  /** Weights for each kind that the engine takes, different from the first ones, with a trainer's engine that has them. */
  readonly updates?: readonly { readonly weights: RolloutWeights; readonly trainer: Engine }[];
  /** Largest allowed mean difference of a token's log-probability between engine and trainer, in nats; 0.001 where absent. */
  readonly tolerance?: number;
}

const OPTIONS = { groupSize: 3, maxNewTokens: 8, temperature: 1, topP: 1, topK: 0, seed: 11 };

/** Checks an engine. Returns what is wrong, in sentences; nothing where all is well. */
export async function checkRolloutEngine(options: RolloutCheckOptions): Promise<string[]> {
  const problems = [...(await checkResponses(options)), ...(await checkDrawing(options)), ...(await checkContinued(options))];
  const { rollouts, updates = [] } = options;
  for (const kind of rollouts.capabilities.weights) {
    if (!updates.some(({ weights }) => weights.kind === kind))
      problems.push(`it takes weights of the kind "${kind}", and none were given to check.`);
  }
  for (const update of updates) problems.push(...(await checkUpdate(options, update)));
  problems.push(...(await checkSleep(options)));
  return problems;
}

async function checkResponses(options: RolloutCheckOptions): Promise<string[]> {
  const problems: string[] = [];
  for (const temperature of [1, 0.7]) {
    const given = { ...OPTIONS, temperature, stopTokenIds: options.stopTokenIds };
    const groups = await options.rollouts.generate(options.prompts, given);
    if (groups.length !== options.prompts.length || groups.some((group) => group.length !== given.groupSize))
      return [
        `it gives groups of ${groups.map(({ length }) => length).join(', ')} for ${String(options.prompts.length)} prompts and groupSize 3.`,
      ];
    problems.push(...groups.flat().flatMap((generation) => responseProblems(generation, given)));
    problems.push(...(await gapProblems(options, groups, given)));
  }
  const short = await options.rollouts.generate(options.prompts, { ...OPTIONS, maxNewTokens: 1, stopTokenIds: options.stopTokenIds });
  if (short.flat().some(({ tokenIds }) => tokenIds.length !== 1)) problems.push('maxNewTokens 1 gives responses of another length.');
  return problems;
}

function responseProblems({ tokenIds, logProbs, truncated }: Generation, { maxNewTokens, stopTokenIds }: GenerationOptions): string[] {
  const problems: string[] = [];
  const last = tokenIds.at(-1);
  const stopped = last !== undefined && stopTokenIds.includes(last);
  if (tokenIds.length < 1 || tokenIds.length > maxNewTokens) problems.push(`a response has ${String(tokenIds.length)} tokens.`);
  if (logProbs.length !== tokenIds.length) problems.push('a response has another number of log-probabilities than of tokens.');
  if (logProbs.some((value) => !(value <= 1e-6)))
    problems.push(`log-probabilities are ${logProbs.join(', ')}; none may be above 0 or NaN.`);
  if (truncated === stopped) problems.push(`truncated is ${String(truncated)}, and the last token is ${String(last)}.`);
  if (truncated && tokenIds.length !== maxNewTokens) problems.push(`a response of ${String(tokenIds.length)} tokens says that it was cut.`);
  if (tokenIds.slice(0, -1).some((id) => stopTokenIds.includes(id))) problems.push('a response goes on after a stop token.');
  return problems;
}

async function gapProblems(options: RolloutCheckOptions, groups: readonly Generation[][], given: GenerationOptions): Promise<string[]> {
  const { tolerance = 1e-3 } = options;
  const gap = await samplerGap(options.trainer, { prompts: options.prompts, groups, temperature: given.temperature });
  if (gap <= tolerance) return [];
  return [
    `at temperature ${String(given.temperature)} a token's log-probability differs from the trainer's by ${gap.toPrecision(3)} nats on average; ${String(tolerance)} is allowed.`,
  ];
}

/** Mean absolute difference of what the sampler and the trainer say of a token, in nats. */
export async function samplerGap(
  trainer: Engine,
  given: {
    readonly prompts: readonly GenerationPrompt[];
    readonly groups: readonly (readonly Generation[])[];
    readonly temperature: number;
  },
): Promise<number> {
  // A response that invents an image placeholder has no plain forward pass: there are no pixels for it.
  const groups = given.groups.map((group) => group.filter(({ tokenIds }) => !tokenIds.includes(trainer.config.imageTokenId)));
  const rows = groups.map((group, p) =>
    packRow(
      at(given.prompts, p),
      group.map(({ tokenIds }) => ({ tokenIds, trainFrom: 0 })),
      trainer.config,
    ),
  );
  const ours = (await trainer.scoreTargets(rows, given.temperature)).flatMap((row) => [...row]);
  const theirs = groups.flat().flatMap(({ logProbs }) => logProbs);
  return ours.reduce((sum, value, t) => sum + Math.abs(value - at(theirs, t)), 0) / ours.length;
}

async function checkDrawing({ rollouts, prompts, stopTokenIds }: RolloutCheckOptions): Promise<string[]> {
  const draw = async (change: Partial<GenerationOptions>): Promise<string> =>
    JSON.stringify(
      (await rollouts.generate(prompts, { ...OPTIONS, stopTokenIds, ...change })).map((group) => group.map(({ tokenIds }) => tokenIds)),
    );
  const problems: string[] = [];
  if ((await draw({ temperature: 0 })) !== (await draw({ temperature: 0, seed: 12 }))) problems.push('greedy responses differ.');
  const first = await draw({});
  if (first === (await draw({ seed: 12 }))) problems.push('another seed gives the same responses.');
  if (rollouts.capabilities.seeded && first !== (await draw({}))) problems.push('the same seed gives other responses.');
  return problems;
}

async function checkContinued(options: RolloutCheckOptions): Promise<string[]> {
  const { rollouts, trainer, stopTokenIds, continued = [] } = options;
  if (!rollouts.capabilities.tools) return [];
  if (continued.length === 0) return ['it goes on after the turn of a tool, and no such prompt was given to check.'];
  const problems: string[] = [];
  const given = { ...OPTIONS, groupSize: 1, stopTokenIds };
  const said = (line: string): string => `after the turn of a tool ${line}`;
  const groups = await rollouts.generate(continued, given);
  problems.push(...groups.flat().flatMap((generation) => responseProblems(generation, given)));
  problems.push(...(await gapProblems({ ...options, prompts: continued }, groups, given)));
  const limited = continued.map((prompt): GenerationPrompt => ({
    ...prompt,
    continues: { response: 0, drawn: 0, ...prompt.continues, limit: 1 },
  }));
  const short = await rollouts.generate(limited, given);
  if (short.flat().some(({ tokenIds }) => tokenIds.length !== 1)) problems.push('a limit of 1 gives another length.');
  const greedy = { ...given, temperature: 0 };
  const [theirs, ours] = [await rollouts.generate(continued, greedy), await trainer.generate(continued, greedy)].map((all) =>
    JSON.stringify(all.map((group) => group.map(({ tokenIds }) => tokenIds))),
  );
  if (theirs !== ours) problems.push(`the greedy tokens are ${String(theirs)}, and the trainer's ${String(ours)}.`);
  return problems.map(said);
}

async function checkUpdate(
  options: RolloutCheckOptions,
  { weights, trainer }: { readonly weights: RolloutWeights; readonly trainer: Engine },
): Promise<string[]> {
  const { rollouts, prompts, stopTokenIds } = options;
  const problems: string[] = [];
  await rollouts.update(weights);
  const given = { ...OPTIONS, stopTokenIds };
  problems.push(
    ...(await gapProblems({ ...options, trainer }, await rollouts.generate(prompts, given), given)).map(
      (line) => `after an update (${weights.kind}) ${line}`,
    ),
  );
  if (!rollouts.capabilities.survives.includes(weights.kind)) return problems;
  const missing: RolloutWeights = { ...weights, folder: `${weights.folder}-missing`, version: `${weights.version}-missing` };
  const refusal: unknown = await rollouts.update(missing).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof TrainerError) || refusal.code !== 'rollout_failed')
    problems.push(`weights that are not there are not refused (${weights.kind}): ${String(refusal)}.`);
  const after = await gapProblems({ ...options, trainer }, await rollouts.generate(prompts, given), given);
  problems.push(...after.map((line) => `after weights that were refused (${weights.kind}) ${line}`));
  return problems;
}

async function checkSleep({ rollouts, prompts, stopTokenIds }: RolloutCheckOptions): Promise<string[]> {
  await rollouts.sleep();
  await rollouts.wake();
  const greedy = await rollouts.generate(prompts, { ...OPTIONS, temperature: 0, stopTokenIds });
  return greedy.length === prompts.length ? [] : ['it gives no responses after sleep and wake.'];
}
