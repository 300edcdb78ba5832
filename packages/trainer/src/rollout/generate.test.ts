import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../backend/select-backend.ts';
import { packRow } from '../data/packed-row.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import type { Engine } from '../engines/engine.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import type { GenerationOptions, GenerationPrompt } from './generate.ts';

const options: GenerationOptions = {
  groupSize: 5,
  maxNewTokens: 12,
  temperature: 1,
  topP: 1,
  topK: 0,
  seed: 4,
  stopTokenIds: [TINY.stop, 9, 17, 30],
};
const prompts: GenerationPrompt[] = [
  { ...tinyPrompt(1, { length: 3, image: tinyImage(1) }), key: 0 },
  { ...tinyPrompt(2, { length: 9 }), key: 1 },
  { ...tinyPrompt(3, { length: 1, image: tinyImage(2, 2, 4) }), key: 2 },
];

describe('generate', () => {
  const { config, parameters } = tinyModel();
  let engine: Engine;
  beforeAll(async () => {
    await selectBackend({ prefer: ['cpu'] });
    engine = createLocalEngine({ config, parameters, frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 4096 });
  });

  it('reports the log-probabilities that a plain forward pass gives the same tokens', async () => {
    // A response that invents an image placeholder has no plain forward pass: there are no pixels for it.
    const groups = (await engine.generate(prompts, options)).map((group) =>
      group.filter(({ tokenIds }) => !tokenIds.includes(TINY.imagePad)),
    );
    const rows = groups.map((group, p) =>
      packRow(
        prompts[p] ?? { tokenIds: [], images: [] },
        group.map(({ tokenIds }) => ({ tokenIds, trainFrom: 0 })),
        config,
      ),
    );
    const scores = await engine.scoreTargets(rows, 1);
    const sampled = groups.map((group) => group.flatMap(({ logProbs }) => logProbs));
    sampled.forEach((values, p) => values.forEach((value, n) => expect(scores[p]?.[n]).toBeCloseTo(value, 4)));
    expect(new Set(groups.flat().map(({ tokenIds }) => tokenIds.length)).size).toBeGreaterThan(2);
  });

  it('draws the same tokens for a prompt whatever else is in the batch', async () => {
    const together = await engine.generate(prompts, options);
    const alone = await Promise.all(prompts.map((prompt) => engine.generate([prompt], options)));
    expect(alone.map((groups) => groups[0]?.map(({ tokenIds }) => tokenIds))).toEqual(
      together.map((group) => group.map(({ tokenIds }) => tokenIds)),
    );
  });

  it('stops at stop tokens and says what was cut', async () => {
    const groups = await engine.generate(prompts, options);
    for (const { tokenIds, truncated } of groups.flat()) {
      expect(truncated).toBe(!options.stopTokenIds.includes(tokenIds.at(-1) ?? -1));
      expect(tokenIds.slice(0, -1).some((id) => options.stopTokenIds.includes(id))).toBe(false);
      if (truncated) expect(tokenIds).toHaveLength(options.maxNewTokens);
    }
  });

  it('is greedy at temperature 0', async () => {
    const [first] = await engine.generate(prompts.slice(0, 1), { ...options, temperature: 0 });
    expect(new Set(first?.map(({ tokenIds }) => tokenIds.join(' '))).size).toBe(1);
  });

  it.each([
    [[], 'Prompt 1 has no tokens'],
    [[1, TINY.vocabulary], 'Prompt 1 has the token 40; the model has 0 to 39'],
    [[-1], 'Prompt 1 has the token -1'],
    [[1.5], 'Prompt 1 has the token 1.5'],
    [[Number.NaN], 'Prompt 1 has the token NaN'],
  ])('refuses the prompt %j', async (tokenIds, message) => {
    const given = [tinyPrompt(2, { length: 2 }), { tokenIds, images: [] }].map((prompt, key) => ({ ...prompt, key }));
    await expect(engine.generate(given, options)).rejects.toMatchObject({
      code: 'invalid_batch',
      message: expect.stringContaining(message),
    });
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await engine.generate(prompts, options);
    expect(tf.memory().numTensors).toBe(before);
  });
});
