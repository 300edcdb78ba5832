import { fileURLToPath } from 'node:url';
import { at } from '@vtriune/format/at';
import type { Sample } from '@vtriune/format';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow } from '../data/packed-row.ts';
import { preparePrompt, type PreparedPrompt } from '../data/prepare-prompt.ts';
import { trajectoryTokens } from '../data/trajectory-tokens.ts';
import type { Engine } from '../engines/engine.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { loadModel, type LoadedModel } from '../models/qwen2-5-vl/load-model.ts';
import { loadProcessor, withMaxPixels, type Processor } from '../processor/processor.ts';
import { createToolbox } from '../tools/toolbox.ts';
import type { Generation, GenerationOptions, GenerationPrompt } from './generate.ts';
import { sampleResponses, type ToolUse } from './sample-responses.ts';

const NANO = fileURLToPath(new URL('../../../../apps/orsta/models/orsta-nano-base', import.meta.url));
const BOXES = [
  [10, 10, 50, 50],
  [0, 20, 96, 80],
  [50, 50, 20, 20],
];

describe('sampleResponses with a tool', () => {
  let processor: Processor;
  let model: LoadedModel;
  let engine: Engine;
  let sampling: GenerationOptions;
  let prompts: PreparedPrompt[];
  const tools = (change: Partial<ToolUse> = {}): ToolUse => ({
    toolbox: createToolbox([{ name: 'image_zoom_in_tool', pixels: 6400 }]),
    maxTurns: 3,
    maxTokens: 400,
    describe: false,
    ...change,
  });
  beforeAll(async () => {
    await selectBackend({ prefer: ['wasm'] });
    processor = withMaxPixels(await loadProcessor(NANO), 9216);
    model = await loadModel(NANO);
    const { endOfText, imEnd } = processor.tokenizer.specialIds;
    engine = createLocalEngine({ ...model, frozen: ['vit', 'connector'], paddingTokenId: endOfText, tokensPerMicroBatch: 4096 });
    sampling = { groupSize: 3, maxNewTokens: 120, temperature: 1, topP: 1, topK: 0, seed: 5, stopTokenIds: [imEnd, endOfText] };
    prompts = [1, 2].map((seed) => preparePrompt(processor, itemOf(seed)));
  });

  function itemOf(seed: number): Parameters<typeof preparePrompt>[1] {
    const data = Uint8Array.from({ length: 192 * 192 * 3 }, (_, index) => (index * (seed + 6) + Math.floor(index / 577)) % 256);
    const sample: Sample = {
      data_source: 'test',
      images: [],
      prompt: [{ role: 'user', content: '<image>\nRead the digits. Answer in \\boxed{}.' }],
      ability: 'test',
      reward_model: { ground_truth: '', verifier: 'none' },
      extra_info: { id: String(seed) },
    };
    return { sample, images: [{ width: 192, height: 192, data }] };
  }

  /** The engine, whose policy begins every response with a call: this model has not learned any. `turns` says in how many turns it calls. */
  function callingEngine(asked: GenerationPrompt[][] = [], turns = 1): Engine {
    const call = (box: readonly number[]): Generation => {
      const text = `<tool_call>{"name": "image_zoom_in_tool", "arguments": {"bbox_2d": [${box.join(', ')}]}}</tool_call>`;
      const tokenIds = [...processor.tokenizer.encode(text), processor.tokenizer.specialIds.imEnd];
      return { tokenIds, logProbs: tokenIds.map(() => -1), truncated: false };
    };
    return {
      ...engine,
      generate: (given, options) => {
        asked.push([...given]);
        if (asked.length > turns) return engine.generate(given, options);
        return Promise.resolve(given.map(() => BOXES.slice(0, options.groupSize).map(call)));
      },
    };
  }

  async function sampled(use: ToolUse, asking: Engine = callingEngine(), change: Partial<GenerationOptions> = {}): Promise<Generation[][]> {
    const asked = prompts.map((prompt, index) => ({ prompt, key: 40 + index }));
    return sampleResponses(asked, { engine: asking, processor, sampling: { ...sampling, ...change }, tools: use });
  }

  it('gives the last turn the log-probabilities that the trainer gives it', async () => {
    const groups = await sampled(tools());
    const { imagePad } = processor.tokenizer.specialIds;
    const rows = groups.map((group, p) => {
      const continuations = group.map((generation) => ({ ...trajectoryTokens(generation, imagePad), trainFrom: 0 }));
      return packRow(at(prompts, p), continuations, model.config);
    });
    const scores = await engine.scoreTargets(rows, 1);
    groups.forEach((group, p) => {
      let place = 0;
      for (const generation of group) {
        const { logProbs, learned } = trajectoryTokens(generation, imagePad);
        expect(learned.filter((own) => own)).toHaveLength(logProbs.length);
        const after = at(generation.toolTurns ?? [], 0).after;
        logProbs.forEach((value, n) => {
          if (n >= after) expect(Math.abs(value - (scores[p]?.[place + n] ?? NaN))).toBeLessThan(1e-4);
        });
        place += logProbs.length;
      }
      expect(scores[p]).toHaveLength(place);
    });
  });

  it('shows an image for a good box and an error for a bad one', async () => {
    const [group = []] = await sampled(tools());
    const turns = group.map(({ toolTurns = [] }) => at(toolTurns, 0));
    expect(turns.map(({ images, errors }) => [images.length, errors])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(turns[2]?.text).toContain('Error: The box [50, 50, 20, 20] has no area');
    // The tower is frozen: its visual tokens are computed once.
    expect(turns[0]?.images[0]?.encoded).toBeDefined();
  });

  it('draws other numbers for each response and each turn, and the same again', async () => {
    const same = async (): Promise<Generation[]> => {
      const asking = { ...callingEngine() };
      const boxes = { ...asking, generate: asking.generate };
      return at(await sampled(tools(), boxes), 0);
    };
    const [first, second] = [await same(), await same()];
    expect(first.map(({ tokenIds }) => tokenIds)).toEqual(second.map(({ tokenIds }) => tokenIds));
    const ends = first.map(({ tokenIds, toolTurns = [] }) => tokenIds.slice(at(toolTurns, 0).after).join(' '));
    expect(new Set(ends).size).toBeGreaterThan(1);
  });

  it('keeps to the turns, the tokens of the policy and all tokens', async () => {
    const asked: GenerationPrompt[][] = [];
    const calling = await sampled(tools({ maxTurns: 2 }), callingEngine(asked, 9));
    expect(asked).toHaveLength(2);
    // The calls of the last turn are not answered.
    for (const { toolTurns } of calling.flat()) expect(toolTurns).toHaveLength(1);

    const call = at(at(calling, 0), 0);
    const used = at(call.toolTurns ?? [], 0);
    const short = await sampled(tools({ maxTokens: used.after + used.tokenIds.length }));
    expect(at(at(short, 0), 0)).toMatchObject({ truncated: true });
    expect(at(at(short, 0), 0).toolTurns).toBeUndefined();

    const limited = await sampled(tools(), callingEngine(), { maxNewTokens: used.after + 2 });
    for (const { tokenIds, toolTurns = [], truncated } of limited.flat().filter(({ toolTurns = [] }) => toolTurns.length > 0)) {
      expect(tokenIds.length).toBeLessThanOrEqual(used.after + 2);
      expect(truncated || tokenIds.length > at(toolTurns, 0).after).toBe(true);
    }
  });

  it('is the plain call of the engine without tools', async () => {
    const asked = prompts.map((prompt, index) => ({ prompt, key: index }));
    const plain = await engine.generate(
      asked.map(({ prompt: { tokenIds, images }, key }) => ({ tokenIds, images, key })),
      { ...sampling, maxNewTokens: 12 },
    );
    const options = { engine, processor, sampling: { ...sampling, maxNewTokens: 12 }, tools: undefined };
    expect(await sampleResponses(asked, options)).toEqual(plain);
  });
});
