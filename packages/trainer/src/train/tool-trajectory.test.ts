// A response with the turn of a tool in the middle against transformers: tokens, positions, log-probabilities, loss and gradient; see
// test/fixtures/tools/HOW.md.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { at } from '@vtriune/format/at';
import type { Sample } from '@vtriune/format';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow, type Continuation, type PackedRow } from '../data/packed-row.ts';
import { preparePrompt, type PreparedPrompt } from '../data/prepare-prompt.ts';
import { trajectoryTokens } from '../data/trajectory-tokens.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import type { Engine, UpdateRequest } from '../engines/engine.ts';
import { loadModel, type LoadedModel } from '../models/qwen2-5-vl/load-model.ts';
import { loadProcessor, type Processor } from '../processor/processor.ts';
import type { RgbImage } from '../processor/rgb-image.ts';
import type { Generation } from '../rollout/generate.ts';
import { toolTurn } from '../tools/tool-turn.ts';
import { createToolbox } from '../tools/toolbox.ts';

interface GoldenResponse {
  box: number[];
  shown: [number, number];
  answer: string;
  advantage: number;
  call: string;
  token_ids: number[];
  prompt_length: number;
  learned: number[];
  positions: [number[], number[], number[]];
  log_probs: number[];
  old_log_probs: number[];
  entropy: number[];
}

interface Golden {
  image: [number, number];
  question: string;
  responses: GoldenResponse[];
  loss: number;
  gradient_norm: number;
}

const NANO = fileURLToPath(new URL('../../../../apps/orsta/models/orsta-nano-base', import.meta.url));
const golden = JSON.parse(readFileSync(new URL('../../test/fixtures/tools/trajectory.json', import.meta.url), 'utf8')) as Golden;

function goldenImage([width, height]: [number, number]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x * 7 + y * 3, x * y, x * 5 + y * 11], (y * width + x) * 3);
  return { width, height, data };
}

const sample: Sample = {
  data_source: 'golden',
  images: [],
  prompt: [{ role: 'user', content: golden.question }],
  ability: 'test',
  reward_model: { ground_truth: '', verifier: 'none' },
  extra_info: { id: 'golden' },
};

/** The response as the trainer has it after sampling: what the policy wrote, and the turn of the tool. */
async function generationOf(processor: Processor, prompt: PreparedPrompt, response: GoldenResponse): Promise<Generation> {
  const { tokenizer, config } = processor;
  const call = [...tokenizer.encode(response.call), tokenizer.specialIds.imEnd];
  const area = response.shown[0] * response.shown[1];
  // The area that makes the part as large as Pillow made it: sides are rounded down.
  const toolbox = createToolbox([{ name: 'image_zoom_in_tool', coordinates: 'pixel_original', pixels: area === 6400 ? 6400 : 6272 }]);
  const images = prompt.pictures.map((image, index) => ({ image, ...at(prompt.imageSizes, index) }));
  const answers = await toolbox.answer(response.call, { sample, images, imageFactor: config.patchSize * config.mergeSize });
  const tokenIds = [...call, ...tokenizer.encode(response.answer), tokenizer.specialIds.imEnd];
  return { tokenIds, logProbs: response.old_log_probs, truncated: false, toolTurns: [toolTurn(processor, answers, call.length)] };
}

describe('a response with the turn of a tool', () => {
  let processor: Processor;
  let model: LoadedModel;
  let engine: Engine;
  let prompt: PreparedPrompt;
  let continuations: Continuation[];
  const rowsOf = (): PackedRow[] => [packRow(prompt, continuations, model.config)];
  beforeAll(async () => {
    await selectBackend({ prefer: ['wasm'] });
    processor = await loadProcessor(NANO);
    model = await loadModel(NANO);
    const frozen = ['vit', 'connector'] as const;
    engine = createLocalEngine({ ...model, frozen, paddingTokenId: processor.tokenizer.specialIds.endOfText, tokensPerMicroBatch: 4096 });
    prompt = preparePrompt(processor, { sample, images: [goldenImage(golden.image)] });
    continuations = await Promise.all(
      golden.responses.map(async (response) => {
        const { tokenIds, learned, images, logProbs } = trajectoryTokens(
          await generationOf(processor, prompt, response),
          processor.tokenizer.specialIds.imagePad,
        );
        return { tokenIds, learned, images, samplerLogProbs: logProbs, trainFrom: 0, advantage: response.advantage };
      }),
    );
  });

  it('has the tokens that the processor of transformers makes of the conversation', () => {
    golden.responses.forEach((response, index) => {
      expect(prompt.tokenIds).toEqual(response.token_ids.slice(0, response.prompt_length));
      const { tokenIds, learned = [] } = at(continuations, index);
      expect(tokenIds).toEqual(response.token_ids.slice(response.prompt_length));
      const places = learned.flatMap((own, place) => (own ? [place + response.prompt_length] : []));
      expect(places).toEqual(response.learned);
    });
  });

  it('has the rotary positions of get_rope_index, with several images', () => {
    golden.responses.forEach(({ positions, token_ids }, index) => {
      const row = packRow(prompt, [at(continuations, index)], model.config);
      // The last token is predicted and not read.
      const fed = token_ids.length - 1;
      expect([row.temporal, row.height, row.width]).toEqual(positions.map((axis) => axis.slice(0, fed)));
    });
  });

  it('gives the tokens of the policy the log-probabilities of transformers', async () => {
    const [scores] = await engine.scoreTargets(rowsOf(), 1);
    const expected = golden.responses.flatMap(({ log_probs }) => log_probs);
    expect(scores).toHaveLength(expected.length);
    expected.forEach((value, n) => expect(Math.abs(value - (scores?.[n] ?? NaN))).toBeLessThan(1e-4));
  });

  it('has the loss, entropy and gradient of PyTorch, in which tokens of the tool have no part', async () => {
    const rows = rowsOf();
    const old = golden.responses.flatMap(({ old_log_probs }) => old_log_probs);
    rows.forEach(({ targets }) => targets.forEach((target, n) => (target.oldLogProb = at(old, n))));
    const tokens = golden.responses.reduce((sum, { learned }) => sum + learned.length, 0);
    const request: UpdateRequest = {
      rows,
      objective: { name: 'policy', clipLow: 0.2, clipHigh: 0.28 },
      temperature: 1,
      normalizer: { tokens, sequences: 2 },
      learningRate: 1e-6,
      gradientClip: 1,
      adamw: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0 },
    };
    const report = await engine.update(request);
    expect(report.tokens).toBe(tokens);
    expect(report.loss).toBeCloseTo(golden.loss, 5);
    expect(Math.abs(report.gradientNorm / golden.gradient_norm - 1)).toBeLessThan(1e-4);
    const entropies = golden.responses.flatMap(({ entropy }) => entropy);
    expect(report.entropy).toBeCloseTo(entropies.reduce((sum, value) => sum + value, 0) / tokens, 5);
  });
});
