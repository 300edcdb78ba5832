import { beforeAll, describe, expect, it } from 'vitest';
import type { HeldOut } from '../evaluation/held-out.ts';
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
    const draw = async (seed: number, index: number) => suiteSource(assets, { tasks: ['math', 'ocr'], seed }).at(index);
    expect((await draw(1, 4)).sample.ability).toBe('math');
    expect((await draw(1, 5)).sample.ability).toBe('ocr');
    expect(await draw(1, 4)).toEqual(await draw(1, 4));
    expect((await draw(1, 4)).images[0]?.data).not.toEqual((await draw(2, 4)).images[0]?.data);
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
