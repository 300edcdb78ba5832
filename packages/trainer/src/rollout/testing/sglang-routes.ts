// The calls of SGLang that the rollout engine makes, as of 0.5. Left out: streaming, batches, and every setting that the engine does not send: a
// request with one is refused.
import { Type } from 'typebox';
import type { ContentPart } from '../../tokenizer/chat.ts';
import { refuse, requestCheck, SAMPLING, type Routes } from './request-check.ts';
import type { ServedPolicy } from './served-policy.ts';

const strict = { additionalProperties: false };
const Sampling = Type.Object({ ...SAMPLING, max_new_tokens: Type.Integer({ minimum: 1 }) }, strict);
const generateRequest = requestCheck({
  input_ids: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
  image_data: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  sampling_params: Sampling,
  return_logprob: Type.Literal(true),
  return_prompt_token_ids: Type.Literal(true),
  lora_path: Type.Optional(Type.String()),
});
const updateRequest = requestCheck({
  model_path: Type.String(),
  weight_version: Type.String(),
  abort_all_requests: Type.Boolean(),
  flush_cache: Type.Literal(true),
});
const loadRequest = requestCheck({ lora_name: Type.String(), lora_path: Type.String() });
const unloadRequest = requestCheck({ lora_name: Type.String() });
const memoryRequest = requestCheck({ tags: Type.Array(Type.Union([Type.Literal('kv_cache'), Type.Literal('weights')])) });

/** SGLang's calls on a policy. It has no seed: every response is another one. `isOld` is a version from before it kept token ids beside images. */
export function sglangRoutes(policy: ServedPolicy, isOld = false): Routes {
  let awake = true;
  let requests = 0;
  return {
    'POST /generate': async (body) => {
      if (!awake) refuse('the memory was released');
      return generate(policy, generateRequest(body), { seed: requests++, isOld });
    },
    'POST /update_weights_from_disk': async (body) => {
      const { model_path: folder, weight_version: version } = updateRequest(body);
      return done(() => policy.load(folder, version));
    },
    'POST /load_lora_adapter': async (body) => {
      const { lora_name: name, lora_path: folder } = loadRequest(body);
      if (policy.adapters().includes(name)) return { success: false, message: `${name} is loaded already` };
      return done(() => policy.loadAdapter(name, folder));
    },
    'POST /unload_lora_adapter': (body) => {
      const { lora_name: name } = unloadRequest(body);
      return policy.unloadAdapter(name) ? { success: true } : { success: false, message: `${name} is not loaded` };
    },
    'POST /release_memory_occupation': (body) => {
      memoryRequest(body);
      awake = false;
      return 'null';
    },
    'POST /resume_memory_occupation': (body) => {
      memoryRequest(body);
      awake = true;
      return 'null';
    },
  };
}

/** Failures to load are answered with 200 and `success: false`, as the real server does. */
async function done(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return { success: true, message: 'Succeeded.' };
  } catch (error) {
    return { success: false, message: String(error) };
  }
}

async function generate(
  policy: ServedPolicy,
  request: ReturnType<typeof generateRequest>,
  { seed, isOld }: { seed: number; isOld: boolean },
): Promise<unknown> {
  const { sampling_params: sampling, image_data: urls = [], lora_path: adapter } = request;
  const prompt = await (isOld ? readAsText(policy, request.input_ids, urls) : policy.readTokens(request.input_ids, urls));
  const [response] = await policy.sample(
    { ...prompt, key: 0 },
    {
      groupSize: 1,
      maxNewTokens: sampling.max_new_tokens,
      temperature: sampling.temperature,
      topP: sampling.top_p,
      topK: Math.max(0, sampling.top_k),
      seed,
      stopTokenIds: sampling.stop_token_ids,
    },
    adapter,
  );
  if (response === undefined) refuse('the engine gave no response');
  const { tokenIds, logProbs, truncated } = response;
  const version = policy.version();
  return {
    ...(isOld ? {} : { prompt_token_ids: prompt.tokenIds }),
    text: policy.processor.tokenizer.decode(tokenIds, { skipSpecialTokens: false }),
    output_ids: tokenIds,
    meta_info: {
      id: String(seed),
      prompt_tokens: prompt.tokenIds.length,
      completion_tokens: tokenIds.length,
      finish_reason: truncated ? { type: 'length', length: sampling.max_new_tokens } : { type: 'stop', matched: tokenIds.at(-1) },
      output_token_logprobs: tokenIds.map((id, t) => [logProbs[t], id, null]),
      weight_version: version ?? 'default',
    },
  };
}

/** Ids of a prompt with images become text, and the text becomes ids again. */
async function readAsText(policy: ServedPolicy, ids: readonly number[], urls: readonly string[]): ReturnType<ServedPolicy['read']> {
  if (urls.length === 0) return { tokenIds: ids, images: [] };
  const text = policy.processor.tokenizer.decode(ids, { skipSpecialTokens: false });
  const turns = [...text.matchAll(/<\|im_start\|>([^\n]*)\n([^]*?)<\|im_end\|>\n/g)];
  return policy.read(
    turns.map(([, role, content]) => ({ role: String(role), content: partsOf(String(content)) })),
    urls,
  );
}

function partsOf(content: string): ContentPart[] {
  return content
    .split(/(<\|vision_start\|><\|image_pad\|><\|vision_end\|>)/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('<|vision_start|>') ? { type: 'image' } : { type: 'text', text: part }));
}
