// vLLM as a rollout engine, by its chat interface. Start it with the trainer's model folder:
//
//   VLLM_SERVER_DEV_MODE=1 vllm serve MODEL --logprobs-mode processed_logprobs --generation-config vllm
//   VLLM_ALLOW_RUNTIME_LORA_UPDATING=True vllm serve MODEL --enable-lora --max-lora-rank 64 --logprobs-mode processed_logprobs ...
//
// The first takes whole models (`reload_weights`), the second adapters. Sleep needs `--enable-sleep-mode` and the first variable. The variables open
// calls that nobody else may reach. `processed_logprobs` are those of the tempered distribution, which the loss needs.
// A response that goes on after the turn of a tool needs `--enable-scale-out`: see vllm-requests.ts.
// Left out: weights by NCCL, which need a trainer that holds CUDA tensors.
import { Type } from 'typebox';
import { at } from '@vtriune/format/at';
import type { Processor } from '../../processor/processor.ts';
import { answerCheck, callServer, inParallel, otherWeights, type RolloutServer } from './call-server.ts';
import type { RolloutEngine, RolloutWeights } from './rollout-engine.ts';
import { askChat, askTokens } from './vllm-requests.ts';

/** A vLLM server. */
export interface VllmOptions extends RolloutServer {
  readonly processor: Processor;
  /** What the server calls the model; the first of `/v1/models` where absent. */
  readonly model?: string;
}

const checkModels = answerCheck(Type.Object({ data: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1 }) }));
const checkVersion = answerCheck(Type.Object({ weight_version: Type.Union([Type.String(), Type.Null()]) }));

/** A rollout engine on a vLLM server. An adapter is loaded under a name of its own, then the one before is dropped. */
export function vllmRollouts(options: VllmOptions): RolloutEngine {
  let current: RolloutWeights | undefined;
  let base = options.model;
  return {
    name: 'vllm',
    // A reload that fails has already given the old weights away, and the server ends.
    capabilities: { weights: ['model', 'adapter'], survives: ['adapter'], seeded: true, sleep: true, tools: true },
    generate: async (prompts, generation) => {
      base ??= await servedModel(options);
      if (current?.kind === 'model') await requireVersion(options, current.version);
      const model = current?.kind === 'adapter' ? current.version : base;
      return inParallel(prompts, options.concurrency ?? 64, (prompt) =>
        (prompt.continues === undefined ? askChat : askTokens)(options, { prompt, generation, model }),
      );
    },
    update: async (weights) => {
      if (weights.kind === 'adapter') await loadAdapter(options, weights, current);
      else await reloadModel(options, weights);
      current = weights;
    },
    sleep: async () => {
      await callServer(options, { path: '/sleep?level=1', method: 'POST' });
    },
    wake: async () => {
      await callServer(options, { path: '/wake_up', method: 'POST' });
    },
  };
}

async function servedModel(options: VllmOptions): Promise<string> {
  const { data } = checkModels(options.url, await callServer(options, { path: '/v1/models' }));
  return at(data, 0).id;
}

async function loadAdapter(options: VllmOptions, { version, folder }: RolloutWeights, before: RolloutWeights | undefined): Promise<void> {
  await callServer(options, { path: '/v1/load_lora_adapter', body: { lora_name: version, lora_path: folder } });
  if (before?.kind === 'adapter') await callServer(options, { path: '/v1/unload_lora_adapter', body: { lora_name: before.version } });
}

async function reloadModel(options: VllmOptions, { version, folder }: RolloutWeights): Promise<void> {
  await callServer(options, { path: '/collective_rpc', body: { method: 'reload_weights', kwargs: { weights_path: folder } } });
  // What the old weights have computed: keys and values of prompts, visual tokens, and the server's record of both.
  for (const path of ['/reset_prefix_cache', '/reset_encoder_cache', '/reset_mm_cache'])
    await callServer(options, { path, method: 'POST' });
  await callServer(options, { path: '/update_weight_version', body: { new_version: version } });
}

/** A server that was started again has the weights of its own model folder. */
async function requireVersion(options: VllmOptions, version: string): Promise<void> {
  const { weight_version: theirs } = checkVersion(options.url, await callServer(options, { path: '/weight_info' }));
  if (theirs !== version) throw otherWeights(options.url, { theirs: String(theirs), ours: version });
}
