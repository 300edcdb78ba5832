// Responses with tools whose turns are sampled by a server, beside the same ones sampled by the trainer: what is learned from them must be equal.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { at } from '@vtriune/format/at';
import type { Sample } from '@vtriune/format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow, type PackedRow } from '../data/packed-row.ts';
import { preparePrompt, type PreparedPrompt } from '../data/prepare-prompt.ts';
import { trajectoryTokens } from '../data/trajectory-tokens.ts';
import type { Engine, UpdateReport } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { loadModel, type LoadedModel } from '../models/qwen2-5-vl/load-model.ts';
import { loadProcessor, withMaxPixels, type Processor } from '../processor/processor.ts';
import { createToolbox } from '../tools/toolbox.ts';
import { sampleElsewhere } from './engines/sample-elsewhere.ts';
import { sglangRollouts } from './engines/sglang.ts';
import { vllmRollouts } from './engines/vllm.ts';
import type { Generation, GenerationOptions } from './generate.ts';
import { sampleResponses } from './sample-responses.ts';
import { startRolloutServer } from './testing/rollout-server.ts';

const NANO = fileURLToPath(new URL('../../../../apps/orsta/models/orsta-nano-base', import.meta.url));
/** Where the policy looks: two images, and a call that is refused. */
const BOXES = [
  [10, 10, 50, 50],
  [0, 20, 96, 80],
  [50, 50, 20, 20],
];

describe('tools over a rollout server', () => {
  let folder: string;
  let processor: Processor;
  let model: LoadedModel;
  let prompt: PreparedPrompt;
  beforeAll(async () => {
    await selectBackend({ prefer: ['wasm'] });
    folder = await mkdtemp(join(tmpdir(), 'tools-elsewhere-'));
    processor = withMaxPixels(await loadProcessor(NANO), 9216);
    model = await loadModel(NANO);
    const sample: Sample = {
      data_source: 'test',
      images: [],
      prompt: [{ role: 'user', content: '<image>\nRead the digits. Answer in \\boxed{}.' }],
      ability: 'test',
      reward_model: { ground_truth: '', verifier: 'none' },
      extra_info: { id: '1' },
    };
    const data = Uint8Array.from({ length: 192 * 192 * 3 }, (_, index) => (index * 7 + Math.floor(index / 577)) % 256);
    prompt = preparePrompt(processor, { sample, images: [{ width: 192, height: 192, data }] });
  });
  afterAll(() => rm(folder, { recursive: true }));

  function newEngine(): Engine {
    const paddingTokenId = processor.tokenizer.specialIds.endOfText;
    return createLocalEngine({ ...model, frozen: ['vit', 'connector'], paddingTokenId, tokensPerMicroBatch: 4096 });
  }

  /** The engine, whose policy begins every response with a call, letter by letter: this model has not learned any. */
  function calling(engine: Engine): Engine {
    const call = (box: readonly number[]): Generation => {
      const text = `<tool_call>{"name": "image_zoom_in_tool", "arguments": {"bbox_2d": [${box.join(', ')}]}}</tool_call>`;
      const tokenIds = [...[...text].flatMap((letter) => processor.tokenizer.encode(letter)), processor.tokenizer.specialIds.imEnd];
      return { tokenIds, logProbs: tokenIds.map(() => -1), truncated: false };
    };
    return {
      ...engine,
      generate: (prompts, options) =>
        prompts.some(({ continues }) => continues !== undefined)
          ? engine.generate(prompts, options)
          : Promise.resolve(prompts.map(() => BOXES.map(call))),
    };
  }

  async function sampled(engine: Engine): Promise<Generation[]> {
    const { imEnd, endOfText } = processor.tokenizer.specialIds;
    // Greedy, so that a server with other random numbers has the same responses.
    const sampling: GenerationOptions = {
      groupSize: 3,
      maxNewTokens: 120,
      temperature: 0,
      topP: 1,
      topK: 0,
      seed: 5,
      stopTokenIds: [imEnd, endOfText],
    };
    const toolbox = createToolbox([{ name: 'image_zoom_in_tool', pixels: 6400 }]);
    const tools = { toolbox, maxTurns: 3, maxTokens: 300, describe: false };
    return at(await sampleResponses([{ prompt, key: 40 }], { engine: calling(engine), processor, sampling, tools }), 0);
  }

  function rowOf(group: readonly Generation[]): PackedRow {
    const continuations = group.map((generation, index) => {
      const { tokenIds, learned, images, logProbs } = trajectoryTokens(generation, processor.tokenizer.specialIds.imagePad);
      return { tokenIds, learned, images, samplerLogProbs: logProbs, trainFrom: 0, advantage: index - 1 };
    });
    return packRow(prompt, continuations, model.config);
  }

  function learn(engine: Engine, row: PackedRow): Promise<UpdateReport> {
    return engine.update({
      rows: [row],
      objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
      temperature: 1,
      normalizer: { tokens: row.targets.length, sequences: row.sequences },
      learningRate: 1e-4,
      gradientClip: 1,
      adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
    });
  }

  it.each(['vllm', 'sglang'] as const)(
    'responses of %s are those of the trainer, and train it equally',
    { timeout: 300_000 },
    async (protocol) => {
      const server = await startRolloutServer({ protocol, modelFolder: NANO });
      const [own, other] = [newEngine(), newEngine()];
      const connect = protocol === 'vllm' ? vllmRollouts : sglangRollouts;
      const rollouts = connect({ url: server.url, processor });
      const elsewhere = sampleElsewhere(other, { rollouts, folder, modelFolder: NANO, name: protocol });
      const [local, served] = [await sampled(own), await sampled(elsewhere)];
      expect(served.map(({ tokenIds, truncated }) => ({ tokenIds, truncated }))).toEqual(
        local.map(({ tokenIds, truncated }) => ({ tokenIds, truncated })),
      );
      expect(served.map(({ toolTurns }) => toolTurns)).toEqual(local.map(({ toolTurns }) => toolTurns));
      expect(served.map(({ toolTurns = [] }) => toolTurns.map(({ images, errors }) => [images.length, errors]))).toEqual([
        [[1, 0]],
        [[1, 0]],
        [[0, 1]],
      ]);
      served.forEach(({ logProbs }, index) =>
        logProbs.forEach((value, n) => expect(value).toBeCloseTo(at(at(local, index).logProbs, n), 4)),
      );
      const [ours, theirs] = [rowOf(local), rowOf(served)];
      const withoutSampler = ({ targets, ...row }: PackedRow) => ({
        ...row,
        targets: targets.map(({ samplerLogProb: _, ...target }) => target),
      });
      expect(withoutSampler(theirs)).toEqual(withoutSampler(ours));
      const [first, second] = [await learn(own, ours), await learn(elsewhere, theirs)];
      expect([second.tokens, second.loss, second.gradientNorm]).toEqual([first.tokens, first.loss, first.gradientNorm]);
      expect(server.calls).toContain(protocol === 'vllm' ? 'POST /inference/v1/generate' : 'POST /generate');
      await Promise.all([own.close(), elsewhere.close()]);
      await server.close();
    },
  );
});
