import { at } from '@vtriune/format/at';
import type { Sample } from '@vtriune/format';
import type { Engine, GenerationPrompt, Processor, TrainingItem } from '@vtriune/trainer';
import { builtins, createRegistry } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';
import { createImageLoader } from '../data/image-loader.ts';
import { evaluatePolicy, type PolicyEvaluationOptions } from './evaluate-policy.ts';
import type { HeldOut } from './held-out.ts';
import { summarize } from './summary.ts';

const answers: Record<string, string[]> = {
  right: ['\\boxed{4}'],
  unasked: ['It is 4.'],
  wrong: ['\\boxed{5}'],
  sometimes: ['\\boxed{5}', 'nothing', '\\boxed{4}'],
  box: ['cat 10 10 30 30'],
};

function item(id: string, rewardModel: Sample['reward_model']): TrainingItem {
  return {
    sample: {
      data_source: `source_${id}`,
      images: [],
      prompt: [{ role: 'user', content: id }],
      ability: id === 'box' ? 'grounding' : 'math',
      reward_model: rewardModel,
      extra_info: { id },
    },
    images: [],
  };
}

function heldOut(list: readonly TrainingItem[]): HeldOut {
  return { count: list.length, at: (index) => Promise.resolve(at(list, index)) };
}

const math = { verifier: 'mathverify', ground_truth: '4' };
const items = [
  ...['right', 'unasked', 'wrong', 'sometimes'].map((id) => item(id, math)),
  item('box', {
    verifier: 'grounding',
    ground_truth: '[{"bbox_2d": [10, 10, 30, 30], "label": "cat"}]',
    verifier_parm: { iou_threshold: 0.5, answer_format: 'json' },
  }),
];

/** Ids are item numbers, texts come from the table above. */
function scripted(): Pick<PolicyEvaluationOptions, 'engine' | 'processor'> {
  const names = Object.keys(answers);
  const responses = names.flatMap((name) => answers[name] ?? []);
  const generate = (prompts: readonly GenerationPrompt[], { groupSize }: { groupSize: number }) =>
    Promise.resolve(
      prompts.map(({ tokenIds: [index = 0] }) => {
        const own = answers[names[index] ?? ''] ?? [];
        return Array.from({ length: groupSize }, (_, g) => ({
          tokenIds: [responses.indexOf(own[g % own.length] ?? '')],
          truncated: false,
        }));
      }),
    );
  const tokenizer = { specialIds: { imEnd: 1, endOfText: 2 }, decode: ([id = 0]: number[]) => responses[id] ?? '' };
  const process = ({ messages }: { messages: { content: string }[] }) => ({
    tokenIds: [names.indexOf(messages[0]?.content ?? '')],
    patches: new Float32Array(0),
    grids: [],
    imageSizes: [],
  });
  return {
    engine: { generate } as unknown as Engine,
    processor: { tokenizer, process, generation: { stopTokenIds: [] } } as unknown as Processor,
  };
}

const options: PolicyEvaluationOptions = {
  ...scripted(),
  items: heldOut(items),
  reward: { registry: createRegistry(builtins), images: createImageLoader() },
  maxNewTokens: 8,
  batchSize: 2,
};

describe('evaluatePolicy', () => {
  it('tells right in the asked format from right in any', async () => {
    const found = await evaluatePolicy(options);
    const byId = Object.fromEntries((found?.samples ?? []).map((sample) => [sample.id, [sample.verified, sample.lenient]]));
    expect(byId).toMatchObject({ right: [1, 1], wrong: [0, 0], sometimes: [0, 0] });
    expect(byId['unasked']?.[1]).toBe(1);
    expect(byId['box']).toEqual([0, 1]);
    expect(found?.samples.find(({ id }) => id === 'box')?.meanIou).toBeCloseTo(1);
    expect(found?.rollouts).toHaveLength(5);
  });

  it('takes the best of several responses', async () => {
    const found = await evaluatePolicy({ ...options, responses: 3 });
    expect(found?.samples.find(({ id }) => id === 'sometimes')).toMatchObject({ verified: 1, lenient: 1 });
    expect(found?.rollouts).toHaveLength(15);
  });

  it('keeps every response with its own accuracies', async () => {
    const broken = item('right', { verifier: 'no_such_verifier', ground_truth: '4' });
    broken.sample.extra_info['steps'] = '2 + 2 = 4';
    const found = await evaluatePolicy({ ...options, items: heldOut([...items, broken]), responses: 3 });
    expect(found?.responses.slice(9, 12).map(({ id, response, lenient }) => [id, response, lenient])).toEqual([
      ['sometimes', '\\boxed{5}', 0],
      ['sometimes', 'nothing', 0],
      ['sometimes', '\\boxed{4}', 1],
    ]);
    expect(found?.responses[12]).toMatchObject({ id: 'box', task: 'grounding', source: 'source_box', tokens: 1, verified: 0, lenient: 1 });
    expect(found?.responses[12]?.mean_iou).toBeCloseTo(1);
    expect(found?.responses[15]).toMatchObject({ verified: null, lenient: null, mean_iou: null, ground_truth: '4', steps: '2 + 2 = 4' });
    expect(found?.responses[0]).toMatchObject({ ground_truth: '4' });
    expect(found?.responses[0]).not.toHaveProperty('steps');
  });

  it('leaves failures out of the means and stops where they are most', async () => {
    const broken = item('right', { verifier: 'no_such_verifier', ground_truth: '4' });
    const found = await evaluatePolicy({ ...options, items: heldOut([...items.slice(0, 3), broken]) });
    expect(found).toMatchObject({ failed: 1 });
    expect(found?.samples).toHaveLength(3);
    await expect(evaluatePolicy({ ...options, items: heldOut([broken]) })).rejects.toMatchObject({ code: 'evaluation_failed' });
  });

  it('has the images of one batch in memory and not those of all', async () => {
    let loaded = 0;
    const seen: number[] = [];
    const counted = { count: items.length, at: (index: number) => Promise.resolve(at(items, index)).finally(() => (loaded += 1)) };
    await evaluatePolicy({ ...options, items: counted, onProgress: () => seen.push(loaded) });
    expect(seen).toEqual([2, 4, 5]);
  });

  it('gives out the images with their batch and holds none afterwards', async () => {
    const image = { width: 1, height: 1, data: new Uint8Array(3) };
    const shown = items.map((own) => ({ ...own, images: [image] }));
    const batches: number[][] = [];
    const onBatch: PolicyEvaluationOptions['onBatch'] = (rollouts) => {
      batches.push(rollouts.map(({ prompt }) => prompt.pictures.length));
      return Promise.resolve();
    };
    const found = await evaluatePolicy({ ...options, items: heldOut(shown), responses: 2, onBatch });
    expect(batches).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 1],
    ]);
    const prompts = new Set(found?.rollouts.map(({ prompt }) => prompt));
    expect(prompts.size).toBe(5);
    for (const { pictures, images, sample } of prompts) {
      expect([pictures, images]).toEqual([[], []]);
      expect(shown.some((own) => own.sample === sample)).toBe(false);
    }
  });

  it('lets Ctrl-C be heard between batches, though the model never waits', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    expect(await evaluatePolicy({ ...options, batchSize: 1, signal: controller.signal })).toBeNull();
  });

  it('stops between batches when it is told to', async () => {
    const controller = new AbortController();
    const found = await evaluatePolicy({ ...options, signal: controller.signal, onProgress: () => controller.abort() });
    expect(found).toBeNull();
  });
});

describe('summarize', () => {
  it('averages tasks, not samples, in the macro average', () => {
    const sample = (task: string, source: string, verified: number) => ({ id: '', task, source, verified, lenient: 1 });
    const { macro, tasks } = summarize([sample('a', 's', 1), sample('a', 's', 1), sample('a', 't', 1), sample('b', 'u', 0)]);
    expect(macro).toEqual({ samples: 4, verified: 0.5, lenient: 1 });
    expect(Object.keys(tasks['a']?.sources ?? {})).toEqual(['s', 't']);
  });
});
