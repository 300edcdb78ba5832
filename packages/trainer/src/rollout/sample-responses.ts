/**
 * Samples responses, with tools in several turns: where a turn of the policy calls a tool, the answer is put after it and the policy goes on. Every turn
 * is a call of `engine.generate`: the prompt of a later one is the prompt before with all that came since. Left out: keys and values kept from turn to
 * turn, which would spare a prefill and tie tools to one engine.
 */
import { at } from '@vtriune/format/at';
import { trajectoryTokens, lastTurnStart } from '../data/trajectory-tokens.ts';
import type { PreparedPrompt } from '../data/prepare-prompt.ts';
import type { Engine } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import type { Processor } from '../processor/processor.ts';
import { toolTurn, type ToolTurn } from '../tools/tool-turn.ts';
import type { Toolbox } from '../tools/toolbox.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from './generate.ts';

/** The tools of a run, and how far a response with them may go. */
export interface ToolUse {
  readonly toolbox: Toolbox;
  /** Turns of the policy. */
  readonly maxTurns: number;
  /** Tokens of a response, those of tools included. */
  readonly maxTokens: number;
  /** Whether the prompt tells the model about the tools. */
  readonly describe: boolean;
}

/** What responses are sampled with. */
export interface SampleOptions {
  readonly engine: Engine;
  readonly processor: Processor;
  readonly sampling: GenerationOptions;
  readonly tools: ToolUse | undefined;
}

/** A prompt that is asked, with the number that its random numbers depend on. */
export interface AskedPrompt {
  readonly prompt: PreparedPrompt;
  readonly key: number;
}

/** `[P][G]` responses. Throws `tool_failed` where a tool throws, and what the engine throws. */
export async function sampleResponses(asked: readonly AskedPrompt[], options: SampleOptions): Promise<Generation[][]> {
  const { engine, sampling, tools } = options;
  const prompts = asked.map(({ prompt: { tokenIds, images }, key }): GenerationPrompt => ({ tokenIds, images, key }));
  const groups = await engine.generate(prompts, sampling);
  if (tools === undefined) return groups;
  const responses = groups.map((group, p) => group.map((generation, g): Response => ({ asked: at(asked, p), index: g, generation })));
  let open = responses.flat();
  for (let turn = 1; turn < tools.maxTurns && open.length > 0; turn++) {
    const answered = await Promise.all(open.map((response) => answer(response, options, tools)));
    open = answered.filter((response) => response !== undefined);
    await encodeNewImages(open, engine);
    if (open.length > 0) await goOn(open, options, tools);
  }
  return responses.map((group) => group.map(({ generation }) => generation));
}

/** A response that grows; `generation` is replaced by a longer one. */
interface Response {
  readonly asked: AskedPrompt;
  readonly index: number;
  generation: Generation;
}

/** The response with the answers of the tools it called, where it called any and may go on. */
async function answer(response: Response, { processor, sampling }: SampleOptions, tools: ToolUse): Promise<Response | undefined> {
  const { generation, asked } = response;
  const { tokenizer, config } = processor;
  if (generation.tokenIds.at(-1) !== tokenizer.specialIds.imEnd) return undefined;
  const text = tokenizer.decode(generation.tokenIds.slice(lastTurnStart(generation)), { skipSpecialTokens: true });
  const { sample, pictures, imageSizes } = asked.prompt;
  const images = pictures.map((image, index) => ({ image, ...at(imageSizes, index) }));
  const answers = await tools.toolbox.answer(text, { sample, images, imageFactor: config.patchSize * config.mergeSize });
  if (answers.length === 0) return undefined;
  const turn = toolTurn(processor, answers, generation.tokenIds.length);
  const { toolTurns = [] } = generation;
  const longer: Generation = { ...generation, toolTurns: [...toolTurns, turn] };
  // One token more, or the policy could not say anything to the answer.
  const fits = lengthOf(longer) < tools.maxTokens && generation.tokenIds.length < sampling.maxNewTokens;
  response.generation = fits ? longer : { ...generation, truncated: true };
  return fits ? response : undefined;
}

/** Visual tokens of the images of the last turns, computed once for sampling and update where the tower is frozen. */
async function encodeNewImages(open: readonly Response[], engine: Engine): Promise<void> {
  const turns = open.map(({ generation }) => lastTurn(generation));
  const encoded = await engine.encodeImages(turns.flatMap(({ images }) => images));
  let next = 0;
  open.forEach((response, index) => {
    const turn = at(turns, index);
    const images = encoded.slice(next, (next += turn.images.length));
    const before = (response.generation.toolTurns ?? []).slice(0, -1);
    response.generation = { ...response.generation, toolTurns: [...before, { ...turn, images }] };
  });
}

function lastTurn({ toolTurns }: Generation): ToolTurn {
  const turn = toolTurns?.at(-1);
  if (turn === undefined) throw new TrainerError('invalid_batch', 'A response that goes on has no turn of a tool.');
  return turn;
}

/** The next turn of the policy in some responses. */
async function goOn(open: readonly Response[], { engine, processor, sampling }: SampleOptions, tools: ToolUse): Promise<void> {
  const prompts = open.map(({ asked: { prompt, key }, index, generation }): GenerationPrompt => {
    const { tokenIds, images } = trajectoryTokens(generation, processor.tokenizer.specialIds.imagePad);
    const drawn = generation.tokenIds.length;
    const limit = Math.min(sampling.maxNewTokens - drawn, tools.maxTokens - lengthOf(generation));
    return {
      tokenIds: [...prompt.tokenIds, ...tokenIds],
      images: [...prompt.images, ...images],
      key,
      continues: { response: index, drawn, limit },
    };
  });
  const turns = await engine.generate(prompts, { ...sampling, groupSize: 1 });
  open.forEach((response, index) => {
    const { generation } = response;
    const turn = at(at(turns, index), 0);
    response.generation = {
      ...generation,
      tokenIds: [...generation.tokenIds, ...turn.tokenIds],
      logProbs: [...generation.logProbs, ...turn.logProbs],
      truncated: turn.truncated,
    };
  });
}

/** Tokens of a response, those of tools included. */
function lengthOf({ tokenIds, toolTurns = [] }: Generation): number {
  return tokenIds.length + toolTurns.reduce((sum, turn) => sum + turn.tokenIds.length, 0);
}
