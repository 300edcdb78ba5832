// SGLang as a rollout engine, by `/generate`. Start it with the trainer's model folder, on a disk that both see:
//
//   python -m sglang.launch_server --model-path MODEL
//
// Whole models go over by `/update_weights_from_disk`, which needs no flag; adapters need `--enable-lora`, sleep needs `--enable-memory-saver`.
// SGLang gives log-probabilities of the tempered distribution. Token ids beside images stay as they are, unless `SGLANG_MM_AVOID_RETOKENIZE` is switched
// off; versions from before June 2026 make text of them and token ids of the text. The server is asked which ids it read, so that others end the run.
// Left out: seeds, which it heeds with `--enable-deterministic-inference` only.
import { Type } from 'typebox';
import { TrainerError } from '../../errors.ts';
import type { Processor } from '../../processor/processor.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';
import { answerCheck, callServer, inParallel, otherWeights, type RolloutServer } from './call-server.ts';
import { checkedGeneration, collapseImages, imageUrls, lengthLimit, otherPrompt, requireSamePrompt } from './remote-prompt.ts';
import type { RolloutEngine, RolloutWeights } from './rollout-engine.ts';

/** An SGLang server. */
export interface SglangOptions extends RolloutServer {
  readonly processor: Processor;
}

const checkAnswer = answerCheck(
  Type.Object({
    /** Absent in older versions. */
    prompt_token_ids: Type.Optional(Type.Array(Type.Integer())),
    output_ids: Type.Array(Type.Integer()),
    meta_info: Type.Object({
      prompt_tokens: Type.Integer(),
      finish_reason: Type.Object({ type: Type.String() }),
      /** Absent in older versions. */
      weight_version: Type.Optional(Type.String()),
      /** Log-probability, token id, and text or nothing, for each token. */
      output_token_logprobs: Type.Array(Type.Tuple([Type.Number(), Type.Integer(), Type.Unknown()])),
    }),
  }),
);
const checkDone = answerCheck(Type.Object({ success: Type.Boolean(), message: Type.Optional(Type.String()) }));
const MEMORY = { tags: ['kv_cache', 'weights'] };

/** A rollout engine on an SGLang server. */
export function sglangRollouts(options: SglangOptions): RolloutEngine {
  let current: RolloutWeights | undefined;
  return {
    name: 'sglang',
    capabilities: { weights: ['model', 'adapter'], survives: ['model', 'adapter'], seeded: false, sleep: true, tools: true },
    generate: async (prompts, generation) => {
      const { groupSize } = generation;
      const bodies = await Promise.all(prompts.map((prompt) => requestBody(prompt, { processor: options.processor, generation, current })));
      // The prompt is sent once for each response, as its documentation advises; the server keeps what it computed of the prompt.
      const asked = prompts.flatMap((prompt, p) => Array.from({ length: groupSize }, () => ({ prompt, body: bodies[p] })));
      const responses = await inParallel(asked, options.concurrency ?? 64, (one) => ask(options, { ...one, generation, current }));
      return prompts.map((_, p) => responses.slice(p * groupSize, (p + 1) * groupSize));
    },
    update: async (weights) => {
      if (weights.kind === 'adapter') await loadAdapter(options, weights, current);
      else await loadModel(options, weights);
      current = weights;
    },
    sleep: async () => {
      await callServer(options, { path: '/release_memory_occupation', body: MEMORY });
    },
    wake: async () => {
      await callServer(options, { path: '/resume_memory_occupation', body: MEMORY });
    },
  };
}

async function loadModel(options: SglangOptions, { folder, version }: RolloutWeights): Promise<void> {
  const body = { model_path: folder, weight_version: version, abort_all_requests: true, flush_cache: true };
  requireDone(options, folder, await callServer(options, { path: '/update_weights_from_disk', body }));
}

async function loadAdapter(options: SglangOptions, { folder, version }: RolloutWeights, before: RolloutWeights | undefined): Promise<void> {
  const body = { lora_name: version, lora_path: folder };
  requireDone(options, folder, await callServer(options, { path: '/load_lora_adapter', body }));
  if (before?.kind !== 'adapter') return;
  requireDone(options, before.folder, await callServer(options, { path: '/unload_lora_adapter', body: { lora_name: before.version } }));
}

function requireDone({ url }: SglangOptions, folder: string, value: unknown): void {
  const { success, message } = checkDone(url, value);
  if (success) return;
  throw new TrainerError(
    'rollout_failed',
    `${url} did not take the weights of ${folder}: ${message ?? 'it says no reason'}. The folder must be on a disk that the server sees.`,
  );
}

async function requestBody(
  prompt: GenerationPrompt,
  { processor, generation, current }: { processor: Processor; generation: GenerationOptions; current: RolloutWeights | undefined },
): Promise<Record<string, unknown>> {
  const images = await imageUrls(prompt.images, processor);
  return {
    input_ids: collapseImages(prompt.tokenIds, processor),
    ...(images.length === 0 ? {} : { image_data: images }),
    sampling_params: {
      temperature: generation.temperature,
      top_p: generation.topP,
      top_k: generation.topK === 0 ? -1 : generation.topK,
      min_p: 0,
      repetition_penalty: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      max_new_tokens: lengthLimit({ prompt, generation }),
      stop_token_ids: generation.stopTokenIds,
      skip_special_tokens: false,
    },
    return_logprob: true,
    return_prompt_token_ids: true,
    ...(current?.kind === 'adapter' ? { lora_path: current.version } : {}),
  };
}

interface Question {
  readonly prompt: GenerationPrompt;
  readonly body: unknown;
  readonly generation: GenerationOptions;
  readonly current: RolloutWeights | undefined;
}

async function ask(options: SglangOptions, { prompt, body, generation, current }: Question): Promise<Generation> {
  const { url } = options;
  const answer = checkAnswer(url, await callServer(options, { path: '/generate', body }));
  const { output_ids: tokenIds, meta_info: meta } = answer;
  requirePrompt(options, prompt, { tokenIds: answer.prompt_token_ids, length: meta.prompt_tokens });
  if (current?.kind === 'model' && meta.weight_version !== undefined && meta.weight_version !== current.version)
    throw otherWeights(url, { theirs: meta.weight_version, ours: current.version });
  const ids = meta.output_token_logprobs.map(([, id]) => id);
  if (ids.join() !== tokenIds.join())
    throw new TrainerError(
      'rollout_failed',
      `${url} sends log-probabilities of other tokens than its response has: ${ids.join(' ')} for ${tokenIds.join(' ')}.`,
    );
  const logProbs = meta.output_token_logprobs.map(([logProb]) => logProb);
  return checkedGeneration(url, { tokenIds, logProbs, finishReason: meta.finish_reason.type }, generation);
}

/** Throws `rollout_failed` where the server read another prompt, or one that goes on and the server does not say which it read. */
function requirePrompt(
  { url, processor }: SglangOptions,
  { tokenIds: ours, continues }: GenerationPrompt,
  theirs: { readonly tokenIds: readonly number[] | undefined; readonly length: number },
): void {
  if (theirs.tokenIds !== undefined) requireSamePrompt(url, processor, { ours, theirs: theirs.tokenIds });
  if (theirs.length !== ours.length) throw otherPrompt(url, `it has ${String(theirs.length)} tokens there and ${String(ours.length)} here`);
  if (theirs.tokenIds !== undefined || continues === undefined) return;
  throw new TrainerError(
    'rollout_failed',
    `${url} does not say which token ids it read, so that a response cannot go on after the turn of a tool: the server may have tokenized it again. Use SGLang 0.5.23 or newer, vLLM 0.32, or rollout.kind local.`,
  );
}
