// What rollout engines are checked with: a model and other weights of it, two prompts, and a trainer's engine for each of the weights.
import { join } from 'node:path';
import { createAdapter } from '../adapters/adapter.ts';
import { writeAdapter } from '../adapters/adapter-files.ts';
import { writeModelFolder } from '../checkpoint/save-checkpoint.ts';
import { splitPatches } from '../data/prepare-prompt.ts';
import type { Engine, EngineSnapshot } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import type { HostTensor } from '../models/host-tensor.ts';
import { loadModel, type LoadedModel } from '../models/qwen2-5-vl/load-model.ts';
import { loadProcessor, type Processor } from '../processor/processor.ts';
import type { RgbImage } from '../processor/rgb-image.ts';
import { counterRandom } from '../counter-random.ts';
import type { RolloutWeights } from '../rollout/engines/rollout-engine.ts';
import type { GenerationPrompt } from '../rollout/generate.ts';
import type { ToolPart } from '../tools/tool.ts';
import { toolTurn } from '../tools/tool-turn.ts';
import { stopTokens } from '../train/stop-tokens.ts';

/** Everything that a check needs. */
export interface RolloutExamples {
  readonly model: LoadedModel;
  readonly processor: Processor;
  readonly trainer: Engine;
  /** One with an image, one without. */
  readonly prompts: readonly GenerationPrompt[];
  /** Two that go on after the turn of a tool, one of them with its image; the tokens before it are letter by letter. */
  readonly continued: readonly GenerationPrompt[];
  /** The first of them with an image of this size. */
  continuedWith(size: { readonly width: number; readonly height: number }): GenerationPrompt;
  readonly stopTokenIds: readonly number[];
  /** An adapter, then a model. */
  readonly updates: readonly { readonly weights: RolloutWeights; readonly trainer: Engine }[];
  engineOf(parameters: ReadonlyMap<string, HostTensor>): Engine;
}

/** Writes weights into `folder`, those whose name matches `kept` unchanged, and makes the rest. The caller has selected the backend. */
export async function makeRolloutExamples(modelFolder: string, folder: string, kept?: RegExp): Promise<RolloutExamples> {
  const [model, processor] = await Promise.all([loadModel(modelFolder), loadProcessor(modelFolder)]);
  const engineOf = (parameters: ReadonlyMap<string, HostTensor>): Engine =>
    createLocalEngine({ config: model.config, parameters, frozen: [], paddingTokenId: 0, tokensPerMicroBatch: 4096 });
  const other = new Map([...shaken(model.parameters), ...[...model.parameters].filter(([name]) => kept?.test(name) === true)]);
  const settings = { rank: 4, alpha: 8, rankStabilized: false, targets: ['q_proj', 'up_proj'], parts: ['llm' as const], seed: 3 };
  const adapter = createAdapter(model.config, settings);
  const isMoved = (name: string): boolean => name.endsWith('lora_B.weight');
  const moved = new Map([...adapter.parameters, ...shaken(new Map([...adapter.parameters].filter(([name]) => isMoved(name))))]);
  const withImage = promptOf(processor, { key: 3, text: '<image>\nHow many red circles are there?', side: 96 });
  const plain = promptOf(processor, { key: 9, text: 'What is 3 + 4?' });
  const continuedWith = (size: { width: number; height: number }): GenerationPrompt =>
    continuedOf(processor, withImage, { type: 'image', image: { ...noise(size, 5), fitted: true } });
  await writeModelFolder(join(folder, 'model'), modelFolder, snapshotOf(other));
  await writeAdapter(join(folder, 'adapter'), { ...adapter, parameters: moved }, modelFolder);
  return {
    model,
    processor,
    trainer: engineOf(model.parameters),
    prompts: [withImage, plain],
    continued: [continuedWith({ width: 80, height: 64 }), continuedOf(processor, plain, { type: 'text', text: '7' })],
    stopTokenIds: stopTokens(processor),
    updates: [
      {
        weights: { kind: 'adapter', folder: join(folder, 'adapter'), version: 'adapter-1' },
        trainer: engineOf(new Map([...model.parameters, ...moved])),
      },
      { weights: { kind: 'model', folder: join(folder, 'model'), version: 'model-1' }, trainer: engineOf(other) },
    ],
    continuedWith,
    engineOf,
  };
}

/** The same weights, each a little off. */
export function shaken(parameters: ReadonlyMap<string, HostTensor>): Map<string, HostTensor> {
  const shake = (data: Float32Array, seed: number): Float32Array => data.map((value, i) => value + (counterRandom(seed, i) - 0.5) * 0.05);
  return new Map([...parameters].map(([name, { shape, data }], seed) => [name, { shape, data: shake(data, seed) }]));
}

/** Parameters as an engine gives them before the first update. */
export function snapshotOf(parameters: Map<string, HostTensor>): EngineSnapshot {
  return { parameters, moment1: new Map(), moment2: new Map(), optimizerStep: 0 };
}

function promptOf(processor: Processor, { key, text, side }: { key: number; text: string; side?: number }): GenerationPrompt {
  const images = side === undefined ? [] : [noise({ width: side, height: side }, key)];
  const { tokenIds, patches, grids } = processor.process({
    messages: [{ role: 'user', content: text }],
    images,
    addGenerationPrompt: true,
  });
  return { key, tokenIds, images: splitPatches(patches, grids) };
}

/** A call of a tool and its answer after a prompt. */
function continuedOf(processor: Processor, prompt: GenerationPrompt, answer: ToolPart): GenerationPrompt {
  const { tokenizer } = processor;
  const letters = [...'<tool_call>{"name": "look", "arguments": {}}</tool_call>'].flatMap((letter) => tokenizer.encode(letter));
  const call = [...letters, tokenizer.specialIds.imEnd];
  const turn = toolTurn(processor, [{ content: [answer] }], call.length);
  return {
    key: prompt.key,
    tokenIds: [...prompt.tokenIds, ...call, ...turn.tokenIds],
    images: [...prompt.images, ...turn.images],
    continues: { response: 1, drawn: call.length, limit: 8 },
  };
}

function noise({ width, height }: { width: number; height: number }, seed: number): RgbImage {
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(counterRandom(seed, i) * 256)) };
}
