// The two ways in which vLLM is asked for responses, both with token ids in the answer.
//
// A prompt is a chat: `/v1/chat/completions`, which every version has. It makes token ids of the text itself, and says which.
// A response that goes on after the turn of a tool is token ids with images: `/inference/v1/generate`, which vLLM has with `--enable-scale-out` (0.32). A
// chat would be tokenized again, and what the policy has sampled need not be how its text is tokenized.
import { Type, type Static } from 'typebox';
import { at } from '@vtriune/format/at';
import { counterRandom } from '../../counter-random.ts';
import { TrainerError } from '../../errors.ts';
import type { Processor } from '../../processor/processor.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';
import { answerCheck, callServer, type RolloutServer } from './call-server.ts';
import { checkedGeneration, collapseImages, imageUrls, lengthLimit, promptMessages, requireSamePrompt } from './remote-prompt.ts';

/** A server that is asked. */
export interface AskedServer extends RolloutServer {
  readonly processor: Processor;
}

/** What a server is asked for. */
export interface VllmQuestion {
  readonly prompt: GenerationPrompt;
  readonly generation: GenerationOptions;
  /** What the server calls the model, or the adapter on it. */
  readonly model: string;
}

const Choice = Type.Object({
  index: Type.Integer(),
  token_ids: Type.Array(Type.Integer()),
  finish_reason: Type.String(),
  logprobs: Type.Object({ content: Type.Array(Type.Object({ logprob: Type.Number() })) }),
});
const checkAnswer = answerCheck(Type.Object({ prompt_token_ids: Type.Array(Type.Integer()), choices: Type.Array(Choice) }));
const SEEDS = 2 ** 31;

/** All responses to a prompt, by the chat interface. */
export async function askChat(server: AskedServer, question: VllmQuestion): Promise<Generation[]> {
  const { prompt, generation, model } = question;
  const body = {
    model,
    messages: await promptMessages(prompt, server.processor),
    ...samplingOf(question),
    n: generation.temperature === 0 ? 1 : generation.groupSize,
    max_completion_tokens: generation.maxNewTokens,
    logprobs: true,
    return_token_ids: true,
  };
  const choices = await ask(server, question, { path: '/v1/chat/completions', body, n: body.n });
  // vLLM gives one greedy response only, and any other would be the same.
  return body.n === generation.groupSize ? choices : Array.from({ length: generation.groupSize }, () => at(choices, 0));
}

/** The next turn of a response, by token ids. */
export async function askTokens(server: AskedServer, question: VllmQuestion): Promise<Generation[]> {
  const { prompt, model } = question;
  const { processor } = server;
  const urls = await imageUrls(prompt.images, processor);
  const body = {
    model,
    token_ids: collapseImages(prompt.tokenIds, processor),
    ...(urls.length === 0 ? {} : { content_parts: urls.map((url) => ({ type: 'image_url', url })) }),
    sampling_params: { ...samplingOf(question), n: 1, max_tokens: lengthLimit(question), logprobs: 0 },
    return_token_ids: true,
  };
  return ask(server, question, { path: '/inference/v1/generate', body, n: 1 });
}

/** Every setting is sent: what is left out comes from the model's generation_config.json, and would be another distribution. */
function samplingOf({ prompt: { key, continues }, generation }: VllmQuestion): Record<string, unknown> {
  const place = continues === undefined ? [key] : [key, continues.response, continues.drawn];
  return {
    temperature: generation.temperature,
    top_p: generation.topP,
    top_k: generation.topK === 0 ? -1 : generation.topK,
    min_p: 0,
    repetition_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    stop_token_ids: generation.stopTokenIds,
    seed: Math.floor(counterRandom(generation.seed, ...place) * SEEDS),
    skip_special_tokens: false,
  };
}

interface VllmCall {
  readonly path: string;
  readonly body: unknown;
  /** Responses that were asked for. */
  readonly n: number;
}

async function ask(server: AskedServer, { prompt, generation }: VllmQuestion, { path, body, n }: VllmCall): Promise<Generation[]> {
  const { url, processor } = server;
  const answer = checkAnswer(url, await callServer(server, { path, body }));
  requireSamePrompt(url, processor, { ours: prompt.tokenIds, theirs: answer.prompt_token_ids });
  const choices = [...answer.choices].sort((a, b) => a.index - b.index).map((choice) => readChoice(url, choice, generation));
  if (choices.length === n) return choices;
  throw new TrainerError('rollout_failed', `${url} gave ${String(choices.length)} responses where ${String(n)} were asked for.`);
}

function readChoice(url: string, choice: Static<typeof Choice>, generation: GenerationOptions): Generation {
  const { token_ids: tokenIds, logprobs, finish_reason: finishReason } = choice;
  const logProbs = logprobs.content.map(({ logprob }) => logprob);
  if (logProbs.length === tokenIds.length) return checkedGeneration(url, { tokenIds, logProbs, finishReason }, generation);
  throw new TrainerError(
    'rollout_failed',
    `${url} sends ${String(logProbs.length)} log-probabilities for ${String(tokenIds.length)} tokens; it must send one for each.`,
  );
}
