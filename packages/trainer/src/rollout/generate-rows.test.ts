// Group rollout against plain forward passes: every token is drawn from the logits of the whole sequence, with the random number of its place.
import * as tf from '@tensorflow/tfjs-core';
import { at } from '@vtriune/format/at';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { counterRandom } from '../counter-random.ts';
import { forwardLogits, patchTensor, type Model } from '../models/qwen2-5-vl/model.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { generate, type GenerationOptions, type GenerationPrompt } from './generate.ts';
import { sampleToken } from './sample-token.ts';

const { config, parameters } = tinyModel();
const image = tinyImage(1);
const prompts: GenerationPrompt[] = [
  { ...tinyPrompt(1, { length: 3, image }), key: 6 },
  { ...tinyPrompt(2, { length: 5 }), key: 2 },
  { ...tinyPrompt(3, { length: 1 }), key: 9 },
];
const options: GenerationOptions = {
  groupSize: 3,
  maxNewTokens: 6,
  temperature: 0.8,
  topP: 1,
  topK: 0,
  seed: 4,
  stopTokenIds: [9, 17, 30],
};
let model: Model;

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
  model = { config, weights: new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data.slice(), [...shape])])) };
});
afterAll(() => tf.dispose([...model.weights.values()]));

/** The next token after these, by a forward pass over all of them. */
function drawn(prompt: GenerationPrompt, tokenIds: readonly number[], place: { response: number; drawn: number }) {
  const all = [...prompt.tokenIds, ...tokenIds];
  const logits = tf.tidy(() => {
    const seen = prompt.images.length === 0 ? {} : { patches: patchTensor(model, image.patches), grids: [image.grid] };
    return forwardLogits(model, { tokenIds: [all], ...seen }).dataSync<'float32'>();
  });
  const last = logits.subarray((all.length - 1) * TINY.vocabulary, all.length * TINY.vocabulary);
  return sampleToken(last, options, counterRandom(options.seed, prompt.key, place.response, place.drawn));
}

/** The responses, and the rows of the prefill and of each step, which are those of its logits. */
async function rowsOf(given: readonly GenerationPrompt[], asked: GenerationOptions) {
  let groups: ReturnType<typeof generate> = [];
  const { kernels } = await tf.profile(() => {
    groups = generate(model, given, asked);
    return tf.scalar(0);
  });
  const [first, ...steps] = kernels.flatMap(({ outputShapes }) =>
    outputShapes.flatMap(([count, width, ...more]) =>
      width === TINY.vocabulary && more.length === 0 && count !== undefined ? [count] : [],
    ),
  );
  return { groups, first, steps };
}

describe('generate', () => {
  it('draws every token from the logits of all before it, with the random number of its seed, prompt, response and place', () => {
    const groups = generate(model, prompts, options);
    expect(groups.map(({ length }) => length)).toEqual([3, 3, 3]);
    groups.forEach((group, p) =>
      group.forEach(({ tokenIds, logProbs, truncated }, response) => {
        // An invented image mark has no pixels for a plain pass.
        const known = tokenIds.includes(TINY.imagePad) ? tokenIds.indexOf(TINY.imagePad) : tokenIds.length;
        tokenIds.slice(0, known).forEach((id, t) => {
          const expected = drawn(at(prompts, p), tokenIds.slice(0, t), { response, drawn: t });
          expect(id).toBe(expected.id);
          expect(logProbs[t]).toBeCloseTo(expected.logProb, 4);
        });
        expect(truncated).toBe(!options.stopTokenIds.includes(at(tokenIds, tokenIds.length - 1)));
        if (truncated) expect(tokenIds).toHaveLength(options.maxNewTokens);
      }),
    );
    const lengths = groups.flat().map(({ tokenIds }) => tokenIds.length);
    expect(new Set(lengths).size).toBeGreaterThan(2);
  });

  it('goes on with a response as if it had never stopped', () => {
    const [, prompt] = prompts;
    const whole = at(generate(model, [prompt!], { ...options, stopTokenIds: [] }), 0);
    for (const drawnBefore of [1, 3, 5]) {
      const going = whole.map(({ tokenIds }, response): GenerationPrompt => ({
        tokenIds: [...prompt!.tokenIds, ...tokenIds.slice(0, drawnBefore)],
        images: [],
        key: prompt!.key,
        continues: { response, drawn: drawnBefore, limit: options.maxNewTokens - drawnBefore },
      }));
      const rest = generate(model, going, { ...options, groupSize: 1, stopTokenIds: [] });
      expect(rest.map(([only]) => only?.tokenIds)).toEqual(whole.map(({ tokenIds }) => tokenIds.slice(drawnBefore)));
      expect(rest.every(([only]) => only?.truncated)).toBe(true);
    }
  });

  it.each([
    [1, 1],
    [3, 3],
    [99, 6],
  ])('writes no more than the limit of a response, %i, and than maxNewTokens', (limit, length) => {
    const one = { ...prompts[1]!, continues: { response: 0, drawn: 0, limit } };
    const other = { ...prompts[2]!, continues: { response: 1, drawn: 0, limit: 2 } };
    const lengths = generate(model, [one, other], { ...options, groupSize: 1, stopTokenIds: [] }).flat();
    expect(lengths.map(({ tokenIds, truncated }) => [tokenIds.length, truncated])).toEqual([
      [length, true],
      [2, true],
    ]);
  });

  it('writes one token where one is allowed, and nothing without prompts', () => {
    expect(generate(model, [], options)).toEqual([]);
    const groups = generate(model, prompts, { ...options, maxNewTokens: 1 });
    expect(groups.flat().map(({ tokenIds }) => tokenIds.length)).toEqual(Array(9).fill(1));
  });

  it('takes the first and the last token of the vocabulary, and none beyond', () => {
    const of = (...tokenIds: number[]): GenerationPrompt[] => [{ tokenIds, images: [], key: 0 }];
    expect(generate(model, of(0, TINY.vocabulary - 1), { ...options, maxNewTokens: 1 })).toHaveLength(1);
    expect(() => generate(model, of(TINY.vocabulary), options)).toThrow('has the token 40; the model has 0 to 39');
    expect(() => generate(model, [...of(8), ...of()], options)).toThrow('Prompt 1 has no tokens');
  });

  it('leaves out prompts that have nothing left', async () => {
    const limited = (limit: number, response: number): GenerationPrompt => ({ ...prompts[2]!, continues: { response, drawn: 0, limit } });
    const { steps } = await rowsOf([limited(5, 0), limited(2, 1), limited(2, 2)], { ...options, groupSize: 1, stopTokenIds: [] });
    expect(steps).toEqual([3, 1, 1, 1]);
  });

  it('spares finished rows: never computes one and a half times the rows that the busiest prompts need', async () => {
    const many = { ...options, groupSize: 6, maxNewTokens: 14, stopTokenIds: [9, 17, 30, 12, 25] };
    const { groups, first, steps } = await rowsOf(prompts, many);
    expect(first).toBe(prompts.length);
    expect(steps).toHaveLength(Math.max(...groups.flat().map(({ tokenIds }) => tokenIds.length)) - 1);
    let before = prompts.length * many.groupSize;
    steps.forEach((count, step) => {
      const alive = groups.map((group) => group.filter(({ tokenIds }) => tokenIds.length > step + 1).length).filter((own) => own > 0);
      const needed = alive.length * Math.max(...alive);
      expect(count).toBeLessThan(needed * 1.5);
      // They are packed again where that spares a third, and then there are as many as are needed.
      expect(count).toBe(needed <= (before * 2) / 3 ? needed : before);
      before = count;
    });
    expect(new Set(steps).size).toBeGreaterThan(2);
  });
});
