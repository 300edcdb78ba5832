// SGLang as a rollout engine, by `/generate`. Start it with the trainer's model folder, on a disk that both see:
//
//   python -m sglang.launch_server --model-path MODEL --enable-memory-saver
//
// The flag is for sleep and wake. Weights go over by a folder (`/update_weights_from_disk`), which is open without any flag.
import { Ajv } from 'ajv';
import { Type, type Static } from 'typebox';
import { TrainerError } from '../../errors.ts';
import type { Processor } from '../../processor/processor.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';
import { inParallel, postJson, type RolloutServer } from './post-json.ts';
import { imageUrl, promptText } from './remote-prompt.ts';
import type { RolloutEngine } from './rollout-engine.ts';
import { checked } from './vllm.ts';

/** An SGLang server. */
export interface SglangOptions extends RolloutServer {
  readonly processor: Processor;
}

const Answer = Type.Object({
  output_ids: Type.Array(Type.Integer()),
  meta_info: Type.Object({
    prompt_tokens: Type.Integer(),
    finish_reason: Type.Object({ type: Type.String() }),
    /** Log-probability, token id, and text or nothing, for each token. */
    output_token_logprobs: Type.Array(Type.Array(Type.Unknown(), { minItems: 2 })),
  }),
});
const UpdateAnswer = Type.Object({ success: Type.Boolean(), message: Type.String() });
const ajv = new Ajv();
const isAnswer = ajv.compile<Static<typeof Answer>>(Answer);
const isUpdateAnswer = ajv.compile<Static<typeof UpdateAnswer>>(UpdateAnswer);

/** A rollout engine on an SGLang server. */
export function sglangRollouts(options: SglangOptions): RolloutEngine {
  return {
    name: 'sglang',
    takes: 'model',
    generate: async (prompts, generation) => {
      const texts = await inParallel(prompts, 8, (prompt) => remotePrompt(prompt, options.processor));
      // The prompt is sent once for each response, as its documentation advises; the server keeps the prefix.
      const asked = texts.flatMap((remote) => Array.from({ length: generation.groupSize }, () => remote));
      const responses = await inParallel(asked, options.concurrency ?? 64, (remote) => ask(options, remote, generation));
      return prompts.map((_, p) => responses.slice(p * generation.groupSize, (p + 1) * generation.groupSize));
    },
    update: async ({ folder, version }) => {
      const body = { model_path: folder, weight_version: version, abort_all_requests: true, flush_cache: true };
      const { success, message } = checked(isUpdateAnswer, options.url, await postJson(options, '/update_weights_from_disk', body));
      if (!success)
        throw new TrainerError(
          'rollout_failed',
          `${options.url} did not take the weights of ${folder}: ${message}. The folder must be on a disk that the server sees.`,
        );
    },
    sleep: async () => {
      await postJson(options, '/release_memory_occupation', { tags: ['kv_cache', 'weights'] });
    },
    wake: async () => {
      await postJson(options, '/resume_memory_occupation', { tags: ['kv_cache', 'weights'] });
    },
    close: () => Promise.resolve(),
  };
}

interface RemotePrompt {
  readonly text: string;
  readonly images: readonly string[];
  /** Length of the prompt here, with all visual tokens. */
  readonly tokens: number;
}

async function remotePrompt(prompt: GenerationPrompt, processor: Processor): Promise<RemotePrompt> {
  const images = await Promise.all(prompt.images.map((image) => imageUrl(image, processor)));
  return { text: promptText(prompt, processor), images, tokens: prompt.tokenIds.length };
}

async function ask(options: SglangOptions, prompt: RemotePrompt, generation: GenerationOptions): Promise<Generation> {
  const body = {
    text: prompt.text,
    ...(prompt.images.length === 0 ? {} : { image_data: prompt.images }),
    sampling_params: {
      temperature: generation.temperature,
      top_p: generation.topP,
      top_k: generation.topK === 0 ? -1 : generation.topK,
      repetition_penalty: 1,
      max_new_tokens: generation.maxNewTokens,
      stop_token_ids: generation.stopTokenIds,
      skip_special_tokens: false,
    },
    return_logprob: true,
  };
  const { output_ids: tokenIds, meta_info: meta } = checked(isAnswer, options.url, await postJson(options, '/generate', body));
  if (meta.prompt_tokens !== prompt.tokens) {
    throw new TrainerError(
      'rollout_failed',
      `${options.url} reads ${String(meta.prompt_tokens)} tokens in a prompt of ${String(prompt.tokens)}. Its tokenizer or its image processor is another one: start it with the trainer's model folder.`,
    );
  }
  const logProbs = meta.output_token_logprobs.map(([logProb]) => Number(logProb));
  const ids = meta.output_token_logprobs.map(([, id]) => Number(id));
  if (logProbs.some(Number.isNaN) || ids.join() !== tokenIds.join())
    throw new TrainerError(
      'rollout_failed',
      `${options.url} sends log-probabilities of other tokens than its response has: ${ids.join(' ')} for ${tokenIds.join(' ')}.`,
    );
  return { tokenIds, logProbs, truncated: meta.finish_reason.type === 'length' };
}
