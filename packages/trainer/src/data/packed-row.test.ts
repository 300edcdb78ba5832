import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { selectBackend } from '../backend/select-backend.ts';
import { createLocalEngine } from '../engines/local-engine.ts';
import { TINY, tinyImage, tinyModel, tinyPrompt } from '../testing/tiny-model.ts';
import { packRow } from './packed-row.ts';

beforeAll(async () => {
  await selectBackend({ prefer: ['cpu'] });
});

function continuationOf(seed: number, length: number): { tokenIds: number[]; trainFrom: number } {
  return {
    tokenIds: tinyPrompt(seed, { length }).tokenIds,
    trainFrom: 0,
  };
}

describe('packRow', () => {
  const { config, parameters } = tinyModel();
  const engine = (): ReturnType<typeof createLocalEngine> =>
    createLocalEngine({ config, parameters, frozen: [], paddingTokenId: TINY.padding, tokensPerMicroBatch: 4096 });

  it('gives each continuation the log-probabilities of a row of its own', async () => {
    const prefix = tinyPrompt(3, { length: 5, image: tinyImage(1) });
    const continuations = [continuationOf(10, 4), continuationOf(11, 1), continuationOf(12, 7)];
    const packed = packRow(prefix, continuations, config);
    const apart = continuations.map((continuation) => packRow(prefix, [continuation], config));
    const local = engine();
    const together = await local.scoreTargets([packed], 1);
    const alone = await local.scoreTargets(apart, 1);
    const joined = alone.flatMap((scores) => [...scores]);
    expect(together[0]).toHaveLength(joined.length);
    joined.forEach((value, n) => expect(together[0]?.[n]).toBeCloseTo(value, 5));
    await local.close();
  });

  it('restarts positions behind the prefix and drops the last token from the input', () => {
    const prefix = tinyPrompt(3, { length: 2 });
    const row = packRow(prefix, [continuationOf(10, 2), continuationOf(11, 3)], config);
    expect(row.segments).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
    expect(row.temporal).toEqual([0, 1, 2, 3, 4, 3, 4, 5]);
    expect(row.targets.map((target) => target.at)).toEqual([2, 3, 4, 2, 5, 6, 7]);
  });

  it('learns only from trainFrom on', () => {
    const row = packRow(tinyPrompt(3, { length: 2 }), [{ tokenIds: [8, 9, 10], trainFrom: 2, weights: [0.5], advantage: 2 }], config);
    expect(row.targets).toEqual([{ at: 4, tokenId: 10, weight: 0.5, advantage: 2, sequence: 0 }]);
  });
});
