import { beforeAll, describe, expect, it } from 'vitest';
import { loadAssets, type SuiteAssets } from '../suite/index.ts';
import { heldOutSuite, suiteSource, tasksNamed } from './suite-source.ts';

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
  it('gives as many scenes a task, other ones in each split', () => {
    const take = (split: 'test' | 'validation') => heldOutSuite(assets, { tasks: ['math', 'ocr'], split, samplesPerTask: 3 });
    expect(take('test').map(({ sample }) => sample.ability)).toEqual(['math', 'math', 'math', 'ocr', 'ocr', 'ocr']);
    expect(take('test')[0]?.images[0]?.data).not.toEqual(take('validation')[0]?.images[0]?.data);
  });

  it('names the tasks there are', () => {
    expect(() => tasksNamed(['maths'])).toThrow(/There is no task "maths"; the tasks are math, /);
  });
});
