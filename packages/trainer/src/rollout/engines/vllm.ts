// vLLM as a rollout engine, by its chat interface. Start it with the trainer's model folder:
//
//   VLLM_ALLOW_RUNTIME_LORA_UPDATING=True VLLM_SERVER_DEV_MODE=1 vllm serve MODEL --enable-lora --max-lora-rank 64 --enable-sleep-mode
//
// The second variable and the last flag are for sleep and wake, and open calls that must not be open to others. At a temperature other than 1 add
// `--logprobs-mode processed_logprobs`, so that log-probabilities are those of the distribution that was sampled from.
// Left out: whole weights, which vLLM takes from a CUDA process only.
import { Type, type Static } from 'typebox';
import { Ajv, type ValidateFunction } from 'ajv';
import { at } from '@vtriune/format/at';
import { TrainerError } from '../../errors.ts';
import type { Processor } from '../../processor/processor.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from '../generate.ts';
import { inParallel, postJson, type RolloutServer } from './post-json.ts';
import { promptMessages, requireSamePrompt } from './remote-prompt.ts';
import type { RolloutEngine } from './rollout-engine.ts';

/** A vLLM server. */
export interface VllmOptions extends RolloutServer {
  /** Name that the server gives the model; the path it was started with, unless `--served-model-name` says otherwise. */
  readonly model: string;
  readonly processor: Processor;
}

const Answer = Type.Object({
  prompt_token_ids: Type.Array(Type.Integer()),
  choices: Type.Array(
    Type.Object({
      index: Type.Integer(),
      token_ids: Type.Array(Type.Integer()),
      finish_reason: Type.String(),
      logprobs: Type.Object({ content: Type.Array(Type.Object({ logprob: Type.Number() })) }),
    }),
  ),
});
const ajv = new Ajv();
const isAnswer = ajv.compile<Static<typeof Answer>>(Answer);

/** A rollout engine on a vLLM server. Adapters are loaded while it runs; each has a name of its own, and the one before is dropped. */
export function vllmRollouts(options: VllmOptions): RolloutEngine {
  let adapter: string | undefined;
  return {
    name: 'vllm',
    takes: 'adapter',
    generate: (prompts, generation) =>
      inParallel(prompts, options.concurrency ?? 64, (prompt) => ask(options, { prompt, generation, model: adapter ?? options.model })),
    update: async ({ folder, version }) => {
      await postJson(options, '/v1/load_lora_adapter', { lora_name: version, lora_path: folder });
      const before = adapter;
      adapter = version;
      if (before !== undefined) await postJson(options, '/v1/unload_lora_adapter', { lora_name: before });
    },
    sleep: async () => {
      await postJson(options, '/sleep?level=1');
    },
    wake: async () => {
      await postJson(options, '/wake_up');
    },
    close: () => Promise.resolve(),
  };
}

interface Question {
  readonly prompt: GenerationPrompt;
  readonly generation: GenerationOptions;
  readonly model: string;
}

async function ask(options: VllmOptions, { prompt, generation, model }: Question): Promise<Generation[]> {
  const { url, processor } = options;
  const answer = checked(
    isAnswer,
    url,
    await postJson(options, '/v1/chat/completions', {
      model,
      messages: await promptMessages(prompt, processor),
      n: generation.groupSize,
      // All of these are sent: what is left out comes from the model's generation_config.json, and would be another distribution.
      temperature: generation.temperature,
      top_p: generation.topP,
      top_k: generation.topK === 0 ? -1 : generation.topK,
      repetition_penalty: 1,
      max_tokens: generation.maxNewTokens,
      stop_token_ids: generation.stopTokenIds,
      seed: (generation.seed * 1_000_003 + prompt.key) % 2 ** 31,
      skip_special_tokens: false,
      logprobs: true,
      return_token_ids: true,
    }),
  );
  requireSamePrompt(url, processor, { ours: prompt.tokenIds, theirs: answer.prompt_token_ids });
  if (answer.choices.length !== generation.groupSize)
    throw new TrainerError(
      'rollout_failed',
      `${url} gave ${String(answer.choices.length)} responses where ${String(generation.groupSize)} were asked for.`,
    );
  return [...answer.choices]
    .sort((a, b) => a.index - b.index)
    .map(({ token_ids: tokenIds, finish_reason: reason, logprobs }) => {
      const logProbs = tokenIds.map((_, t) => at(logprobs.content, t).logprob);
      return { tokenIds, logProbs, truncated: reason === 'length' };
    });
}

/** The answer, where it has all that is needed. Throws `rollout_failed` that names what is missing. */
export function checked<Answer>(validate: ValidateFunction<Answer>, url: string, value: unknown): Answer {
  if (validate(value)) return value;
  throw new TrainerError(
    'rollout_failed',
    `${url} does not answer as a rollout server must: ${ajv.errorsText(validate.errors, { dataVar: 'the answer' })}. Token ids and log-probabilities are needed; a newer version of the server may send them.`,
  );
}
