// The calls of vLLM that the rollout engine makes, as of 0.32. Left out: streaming, tools, and every setting that the engine does not send: a request
// with one is refused.
import { Type } from 'typebox';
import type { Generation } from '../generate.ts';
import { refuse, requestCheck, SAMPLING, type Routes } from './request-check.ts';
import type { ServedPolicy } from './served-policy.ts';

const strict = { additionalProperties: false };
const Part = Type.Union([
  Type.Object({ type: Type.Literal('text'), text: Type.String() }, strict),
  Type.Object({ type: Type.Literal('image_url'), image_url: Type.Object({ url: Type.String() }, strict) }, strict),
]);
const chatRequest = requestCheck({
  model: Type.String(),
  messages: Type.Array(Type.Object({ role: Type.String(), content: Type.Array(Part) }, strict), { minItems: 1 }),
  ...SAMPLING,
  n: Type.Integer({ minimum: 1 }),
  max_completion_tokens: Type.Integer({ minimum: 1 }),
  seed: Type.Integer({ minimum: 0 }),
  logprobs: Type.Literal(true),
  return_token_ids: Type.Literal(true),
});
const tokensRequest = requestCheck({
  model: Type.String(),
  token_ids: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
  content_parts: Type.Optional(Type.Array(Type.Object({ type: Type.Literal('image_url'), url: Type.String() }, strict), { minItems: 1 })),
  sampling_params: Type.Object(
    {
      ...SAMPLING,
      n: Type.Literal(1),
      max_tokens: Type.Integer({ minimum: 1 }),
      seed: Type.Integer({ minimum: 0 }),
      logprobs: Type.Literal(0),
    },
    strict,
  ),
  return_token_ids: Type.Literal(true),
});
const loadRequest = requestCheck({ lora_name: Type.String(), lora_path: Type.String() });
const unloadRequest = requestCheck({ lora_name: Type.String() });
const versionRequest = requestCheck({ new_version: Type.String() });
const reloadRequest = requestCheck({
  method: Type.Literal('reload_weights'),
  kwargs: Type.Object({ weights_path: Type.String() }, strict),
});
const BASE = 'served-model';

/** vLLM's calls on a policy. */
export function vllmRoutes(policy: ServedPolicy): Routes {
  let awake = true;
  let version = 'default';
  const stale = new Set<string>();
  const reset = (cache: string): unknown => {
    stale.delete(cache);
    return { success: true };
  };
  const requireReady = (): void => {
    if (!awake) refuse('the engine is sleeping');
    // The real server ends with "Encoder cache miss", or gives what the old weights have computed.
    if (stale.size > 0) refuse(`the caches of the old weights are still there: ${[...stale].join(', ')}`);
  };
  return {
    'GET /v1/models': () => ({ object: 'list', data: [BASE, ...policy.adapters()].map((id) => ({ id, object: 'model' })) }),
    'POST /v1/chat/completions': async (body) => {
      requireReady();
      return complete(policy, body);
    },
    'POST /inference/v1/generate': async (body) => {
      requireReady();
      return goOn(policy, body);
    },
    'POST /v1/load_lora_adapter': async (body) => {
      const { lora_name: name, lora_path: folder } = loadRequest(body);
      if (policy.adapters().includes(name)) refuse(`The lora adapter '${name}' has already been loaded.`);
      await policy.loadAdapter(name, folder);
      return `Success: LoRA adapter '${name}' added successfully.`;
    },
    'POST /v1/unload_lora_adapter': (body) => {
      const { lora_name: name } = unloadRequest(body);
      if (!policy.unloadAdapter(name)) refuse(`The lora adapter '${name}' cannot be found.`);
      return `Success: LoRA adapter '${name}' removed successfully.`;
    },
    'POST /collective_rpc': async (body) => {
      const folder = reloadRequest(body).kwargs.weights_path;
      await policy.load(folder, folder);
      for (const cache of ['prefix', 'encoder', 'mm']) stale.add(cache);
      return { results: [null] };
    },
    'POST /reset_prefix_cache': () => reset('prefix'),
    'POST /reset_encoder_cache': () => reset('encoder'),
    'POST /reset_mm_cache': () => reset('mm'),
    'POST /update_weight_version': (body) => {
      version = versionRequest(body).new_version;
      return { success: true, new_version: version };
    },
    'GET /weight_info': () => ({ weight_version: version }),
    'POST /sleep': (_, query) => {
      awake = false;
      return { status: 'sleeping', level: Number(query.get('level')) };
    },
    'POST /wake_up': () => {
      awake = true;
      return { status: 'awake', tags: null };
    },
  };
}

async function complete(policy: ServedPolicy, body: unknown): Promise<unknown> {
  const request = chatRequest(body);
  if (request.temperature === 0 && request.n > 1) refuse('n must be 1 when using greedy sampling');
  const adapter = adapterNamed(policy, request.model);
  const urls: string[] = [];
  const messages = request.messages.map(({ role, content }) => ({
    role,
    content: content.map((part) => {
      if (part.type === 'text') return part;
      urls.push(part.image_url.url);
      return { type: 'image' as const };
    }),
  }));
  const prompt = await policy.read(messages, urls);
  const responses = await policy.sample(
    { ...prompt, key: 0 },
    {
      groupSize: request.n,
      maxNewTokens: request.max_completion_tokens,
      temperature: request.temperature,
      topP: request.top_p,
      topK: Math.max(0, request.top_k),
      seed: request.seed,
      stopTokenIds: request.stop_token_ids,
    },
    adapter,
  );
  return {
    object: 'chat.completion',
    model: request.model,
    prompt_token_ids: prompt.tokenIds,
    // In any order, as the specification has it.
    choices: responses.map((response, index) => choiceOf(policy, response, index)).reverse(),
    usage: { prompt_tokens: prompt.tokenIds.length },
  };
}

/** The adapter that is asked; absent for the model itself. */
function adapterNamed(policy: ServedPolicy, model: string): string | undefined {
  if (model === BASE) return undefined;
  if (!policy.adapters().includes(model)) refuse(`The model \`${model}\` does not exist.`);
  return model;
}

/** A response to token ids with images, which stay as they are but for the placeholders. */
async function goOn(policy: ServedPolicy, body: unknown): Promise<unknown> {
  const { model, token_ids: ids, content_parts: parts = [], sampling_params: sampling } = tokensRequest(body);
  const adapter = adapterNamed(policy, model);
  const prompt = await policy.readTokens(
    ids,
    parts.map(({ url }) => url),
  );
  const [response] = await policy.sample(
    { ...prompt, key: 0 },
    {
      groupSize: 1,
      maxNewTokens: sampling.max_tokens,
      temperature: sampling.temperature,
      topP: sampling.top_p,
      topK: Math.max(0, sampling.top_k),
      seed: sampling.seed,
      stopTokenIds: sampling.stop_token_ids,
    },
    adapter,
  );
  if (response === undefined) refuse('the engine gave no response');
  const { tokenIds, logProbs, truncated } = response;
  return {
    request_id: 'generate-tokens-1',
    output_mode: 'tokens',
    model,
    prompt_token_ids: prompt.tokenIds,
    choices: [
      {
        index: 0,
        finish_reason: truncated ? 'length' : 'stop',
        stop_reason: truncated ? null : tokenIds.at(-1),
        token_ids: tokenIds,
        logprobs: { content: tokenIds.map((token_id, t) => ({ token_id, logprob: logProbs[t], rank: 1, top_logprobs: [] })) },
      },
    ],
    usage: { prompt_tokens: prompt.tokenIds.length },
  };
}

function choiceOf({ processor }: ServedPolicy, { tokenIds, logProbs, truncated }: Generation, index: number): unknown {
  const textOf = (ids: readonly number[]): string => processor.tokenizer.decode(ids, { skipSpecialTokens: false });
  return {
    index,
    message: { role: 'assistant', content: textOf(tokenIds) },
    logprobs: { content: tokenIds.map((id, t) => ({ token: textOf([id]), logprob: logProbs[t], bytes: null, top_logprobs: [] })) },
    finish_reason: truncated ? 'length' : 'stop',
    token_ids: tokenIds,
  };
}
