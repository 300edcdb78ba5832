import { promptKindOf } from '@vtriune/format';
import { builtins, createRegistry, createRewardRequest, score } from '@vtriune/verifiers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HeldOut } from '../evaluation/held-out.ts';
import { TASK_NAMES } from '../suite/contract.ts';
import { loadAssets, type SuiteAssets } from '../suite/index.ts';
import { heldOutSuite, suiteSource, tasksNamed } from './suite-source.ts';

function loadAll({ count, at }: HeldOut) {
  return Promise.all(Array.from({ length: count }, (_, index) => at(index)));
}

let assets: SuiteAssets;
beforeAll(async () => {
  assets = await loadAssets();
});

describe('suiteSource', () => {
  it('takes the tasks in turn and repeats itself exactly', async () => {
    const draw = async (seed: number, index: number) => suiteSource(assets, { tasks: ['math', 'ocr'], prompts: 'as_is', seed }).at(index);
    expect((await draw(1, 4)).sample.ability).toBe('math');
    expect((await draw(1, 5)).sample.ability).toBe('ocr');
    expect(await draw(1, 4)).toEqual(await draw(1, 4));
    expect((await draw(1, 4)).images[0]?.data).not.toEqual((await draw(2, 4)).images[0]?.data);
  });
});

describe('data.prompts', () => {
  const settings = { tasks: ['math', 'detection'], seed: 1 } as const;

  it('replaces the words in which the suite asks for the answer', async () => {
    const content = async (prompts: 'as_is' | 'asked' | 'thinking', index: number) =>
      (await suiteSource(assets, { ...settings, prompts }).at(index)).sample.prompt[0]?.content ?? '';
    const question = (await content('as_is', 0)).replace(' Answer in \\boxed{}.', '');
    expect(await content('asked', 0)).toMatch(/^<image>\n[^]*\n\n.*\\boxed\{(\.\.\.)?\}\.$/);
    for (const prompts of ['asked', 'thinking'] as const) expect((await content(prompts, 0)).startsWith(`${question}\n\n`)).toBe(true);
    expect(await content('as_is', 1)).toContain(' Answer with boxes in JSON.');
    expect(await content('thinking', 1)).toMatch(/<think>[^]*"bbox_2d"/);
  });

  it('pays 1 for the gold answer in the layout that a thinking prompt asks for', async () => {
    const source = suiteSource(assets, { tasks: TASK_NAMES, prompts: 'thinking', seed: 1 });
    const items = await Promise.all(Array.from({ length: 48 }, (_, index) => source.at(index)));
    const requests = items.map(({ sample, images }) => {
      const gold = String(sample.reward_model.ground_truth);
      const answer = promptKindOf(sample) === 'perception' ? gold : `\\boxed{${gold}}`;
      const response = `<think>\nI look.\n</think>\n<answer>\n${answer}\n</answer>`;
      return createRewardRequest({ sample, response, split: 'train', images: images.map(({ width, height }) => ({ width, height })) });
    });
    const results = await score(requests, { registry: createRegistry(builtins) });
    expect(results.map((result) => (result.status === 'scored' ? result.reward : result.error.message))).toEqual(requests.map(() => 1));
  });

  it('asks in evaluation as in training, in the same words every time', async () => {
    const asking = { prompts: 'asked', seed: 1 } as const;
    const take = () => loadAll(heldOutSuite(assets, { tasks: ['math'], split: 'test', samplesPerTask: 3, asking }));
    const prompts = (await take()).map(({ sample }) => sample.prompt[0]?.content);
    expect(prompts).toEqual((await take()).map(({ sample }) => sample.prompt[0]?.content));
    for (const prompt of prompts) expect(prompt).toMatch(/\n\n.*\\boxed/);
  });
});

describe('heldOutSuite', () => {
  it('gives as many scenes a task, other ones in each split', async () => {
    const take = (split: 'test' | 'validation') => loadAll(heldOutSuite(assets, { tasks: ['math', 'ocr'], split, samplesPerTask: 3 }));
    const [test, validation] = [await take('test'), await take('validation')];
    expect(test.map(({ sample }) => sample.ability)).toEqual(['math', 'math', 'math', 'ocr', 'ocr', 'ocr']);
    expect(new Set(test.map(({ sample }) => sample.extra_info.id)).size).toBe(6);
    expect(test[0]?.images[0]?.data).not.toEqual(validation[0]?.images[0]?.data);
  });

  it('names the tasks there are', () => {
    expect(() => tasksNamed(['maths'])).toThrow(/There is no task "maths"; the tasks are math, /);
  });
});
