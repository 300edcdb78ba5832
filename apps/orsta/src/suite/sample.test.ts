import { isSample } from '@vtriune/format';
import { builtins, createRegistry, createRewardRequest, score } from '@vtriune/verifiers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { stylesFor, renderAnswer, toAskedFormat } from './answer-styles.ts';
import type { Question, Scene } from './contract.ts';
import { createRandom } from './random.ts';
import { sceneToPng, toSample } from './sample.ts';
import { suite } from './suite.ts';
import { questionsOf, scenesOf } from './test-scenes.ts';

const registry = createRegistry(builtins);

interface Reply {
  scene: Scene;
  question: Question;
  response: string;
}

async function rewards(replies: readonly Reply[]): Promise<number[]> {
  const requests = replies.map(({ question, response }, index) => {
    const sample = toSample(question, { id: String(index), split: 'test' });
    return createRewardRequest({ sample, response, split: 'test', images: [{ width: 96, height: 96 }] });
  });
  return (await score(requests, { registry })).map((result) => {
    if (result.status === 'failed') throw new Error(`${result.data_source}: ${result.error.message}`);
    return result.reward;
  });
}

const random = createRandom('formats');

describe.each(suite.map(({ name }) => name))('samples of %s', (name) => {
  it('are valid and name their source', async () => {
    for (const { question } of questionsOf(await scenesOf(name, 20))) {
      const sample = toSample(question, { id: 'x', split: 'train' });
      expect(isSample(sample)).toBe(true);
      expect(sample.prompt[0]?.content.startsWith('<image>\n')).toBe(true);
      expect(sample.data_source).toBe(question.source);
      expect(sample.prompt[0]?.content.split(/\s+/).length).toBeLessThanOrEqual(17);
    }
  });

  it('pay 1 for the gold answer as asked, and for every format once it is rewritten', async () => {
    const replies = questionsOf(await scenesOf(name, 40)).flatMap(({ scene, question }) =>
      stylesFor(question).flatMap((format) => {
        const written = renderAnswer(question, format, random);
        return [{ scene, question, response: toAskedFormat(question, written) ?? '' }];
      }),
    );
    const paid = await rewards(replies);
    replies.forEach(({ question, response }, index) =>
      expect(`${question.source} ${response} ${paid[index]}`).toBe(`${question.source} ${response} 1`),
    );
    const asked = questionsOf(await scenesOf(name, 40)).map(({ scene, question }) => ({
      scene,
      question,
      response: renderAnswer(question, 'asked', random),
    }));
    expect((await rewards(asked)).every((reward) => reward === 1)).toBe(true);
  });

  it('pay 0 for the right answer in another format and for the answer of another scene', async () => {
    const pairs = questionsOf(await scenesOf(name, 40));
    const misplaced = pairs.flatMap(({ scene, question }) =>
      (['numbers', 'corners'] as const).map((format) => ({ scene, question, response: renderAnswer(question, format, random) })),
    );
    const paid = await rewards(misplaced);
    misplaced.forEach(({ question, response }, index) =>
      expect(`${question.source} ${response} ${paid[index]}`).toBe(`${question.source} ${response} 0`),
    );
    const wrong = pairs.flatMap(({ scene, question }, index) => {
      // A number is put in the place of a number, a word in that of a word: mathematics reads "4 minus 0" as a product of letters and 0.
      const isLike = (other: Question): boolean => /^\d+$/.test(other.answer) === /^\d+$/.test(question.answer);
      const isOther = (other: Question): boolean => other.source === question.source && other.answer !== question.answer && isLike(other);
      const other = question.boxes ? undefined : pairs.slice(index + 1).find((pair) => isOther(pair.question));
      return other ? [{ scene, question, response: renderAnswer(other.question, 'asked', random) }] : [];
    });
    const given = await rewards(wrong);
    expect(
      wrong.filter((_, index) => given[index] !== 0).map(({ question, response }) => `${question.text} ${question.answer}: ${response}`),
    ).toEqual([]);
  });
});

describe('sceneToPng', () => {
  it('keeps every pixel', async () => {
    const [scene] = await scenesOf('chart', 1);
    if (!scene) throw new Error('no scene');
    const { data, info } = await sharp(await sceneToPng(scene))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([96, 96, 3]);
    expect(Buffer.compare(data, scene.pixels)).toBe(0);
  });
});
