import { describe, expect, it } from 'vitest';
import { loadAssets } from './assets.ts';
import { generateScene, suite } from './suite.ts';
import { scenesOf } from './test-scenes.ts';

const COUNT = 120;

describe.each(suite.map((task) => [task.name, task] as const))('%s', (name, task) => {
  it('repeats a scene for a seed, and not for another seed or split', async () => {
    const assets = await loadAssets();
    for (const index of [0, 1, 2]) {
      const [first, again, other] = (['train', 'train', 'validation'] as const).map((split) =>
        generateScene(task, assets, { seed: 'a', split, index }),
      );
      if (!first || !again || !other) throw new Error('no scene');
      expect(Buffer.compare(first.pixels, again.pixels)).toBe(0);
      expect(first.questions).toEqual(again.questions);
      expect(Buffer.compare(first.pixels, other.pixels)).not.toBe(0);
    }
  });

  it('asks 3 to 6 different short questions, the first from one of its sources', async () => {
    const scenes = await scenesOf(name, COUNT);
    for (const scene of scenes) {
      expect(scene.questions.length).toBeGreaterThanOrEqual(3);
      expect(scene.questions.length).toBeLessThanOrEqual(6);
      expect(new Set(scene.questions.map(({ text }) => text)).size).toBe(scene.questions.length);
      expect(scene.questions.every(({ text }) => text.split(' ').length <= 10)).toBe(true);
      expect(task.sources).toContain(scene.questions[0]?.source);
      expect(scene.questions[0]?.task).toBe(name);
    }
    const counts = new Map(task.sources.map((source) => [source, scenes.filter((scene) => scene.questions[0]?.source === source).length]));
    for (const count of counts.values()) expect(count).toBeGreaterThan(COUNT / task.sources.length / 3);
  });

  it('has whole boxes inside the image', async () => {
    for (const scene of await scenesOf(name, COUNT)) {
      for (const { box } of [...scene.objects, ...scene.questions.flatMap(({ boxes }) => boxes ?? [])]) {
        const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= 96 && box[3] <= 96 && box[0] < box[2] && box[1] < box[3];
        if (!inside || !box.every(Number.isInteger)) expect.fail(`${scene.questions[0]?.source}: ${box.join(' ')}`);
      }
    }
  });

  it('calculates right in its steps', async () => {
    for (const scene of await scenesOf(name, COUNT)) {
      for (const { steps = '' } of scene.questions) {
        for (const step of steps.split(', ').filter((line) => line.includes('='))) {
          const [, left, operator, right, result] = /^(\d+) ([-+x] (?:\d+ \+ )*)(\d+) = (\d+)$/.exec(step) ?? [];
          const terms = [
            Number(left),
            ...(operator ?? '')
              .split(/[-+x ]+/)
              .filter(Boolean)
              .map(Number),
            Number(right),
          ];
          const total = terms.reduce((sum, term) =>
            operator?.startsWith('-') ? sum - term : operator?.startsWith('x') ? sum * term : sum + term,
          );
          expect(`${step}: ${total}`).toBe(`${step}: ${result}`);
        }
      }
    }
  });
});

describe('the suite', () => {
  it('has no answer that is right for more than 40 % of a source', async () => {
    const answers = new Map<string, Map<string, number>>();
    for (const task of suite) {
      for (const scene of await scenesOf(task.name, 400)) {
        for (const { source, answer } of scene.questions) {
          const counts = answers.get(source) ?? new Map<string, number>();
          answers.set(source, counts.set(answer, (counts.get(answer) ?? 0) + 1));
        }
      }
    }
    for (const [source, counts] of answers) {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const bound = 0.4 + 2 * Math.sqrt(0.24 / total); // two standard errors of a share of 40 %
      for (const [answer, count] of counts) expect(count / total, `${source}: ${answer} of ${total}`).toBeLessThan(bound);
    }
  });

  it('asks no number above 99, so that every number is one token', async () => {
    for (const task of suite) {
      for (const scene of await scenesOf(task.name, 200)) {
        const texts = scene.questions.map(({ answer, text, steps = '' }) => `${answer} ${text} ${steps}`);
        expect(texts.join('\n')).not.toMatch(/\d{3}/);
      }
    }
  });

  it('takes the handwriting of a split from its own images', async () => {
    const { digits } = await loadAssets();
    const train = new Set(digits.train.indices.flat());
    expect(digits.test.pixels).not.toBe(digits.train.pixels);
    expect(digits.test.indices.flat().length).toBe(10_000);
    expect(train.size).toBe(55_000);
    expect(digits.validation.indices.flat().length).toBe(5_000);
    expect(digits.validation.indices.flat().some((index) => train.has(index))).toBe(false);
  });

  it('writes test scenes without any other digit', async () => {
    const assets = await loadAssets();
    const trap = { pixels: new Uint8Array(), indices: [] };
    const onlyTest = { ...assets, digits: { train: trap, validation: trap, test: assets.digits.test } };
    for (const task of suite)
      expect(generateScene(task, onlyTest, { seed: 1, split: 'test', index: 0 }).questions.length).toBeGreaterThan(2);
    const math = suite.find(({ name }) => name === 'math');
    expect(() => math && generateScene(math, onlyTest, { seed: 1, split: 'train', index: 0 })).toThrow();
  });
});
