import { describe, expect, it } from 'vitest';
import { exampleSample } from '../../test/example-sample.ts';
import type { RewardModel, Sample } from '../sample.ts';
import { curate } from './curate.ts';
import { createFingerprintIndex } from './duplicates.ts';
import type { CurateItem, CurateReport } from './filter.ts';
import { makeFilters, type CurationInputs } from './make-filters.ts';
import { curationSettings } from './settings.ts';

function sample(id: string, model: Partial<RewardModel>, content = 'How many?'): Sample {
  return {
    ...exampleSample(),
    images: [],
    prompt: [{ role: 'user', content }],
    reward_model: { ground_truth: '3', verifier: 'mathverify', ...model },
    extra_info: { id },
  };
}

function boxes(id: string, corners: readonly number[][], more: Partial<RewardModel> = {}): Sample {
  const truth = JSON.stringify(corners.map((bbox_2d) => ({ bbox_2d, label: 'cat' })));
  return sample(id, { ground_truth: truth, verifier: 'detection', coordinate_space: 'norm_1000', ...more });
}

async function run(
  items: readonly (Sample | CurateItem)[],
  given: unknown,
  inputs: CurationInputs = {},
): Promise<{ ids: string[]; report: CurateReport }> {
  const all = async function* (): AsyncGenerator<CurateItem> {
    for (const item of items) yield await Promise.resolve('sample' in item ? item : { sample: item });
  };
  const { kept, report } = curate(all, makeFilters(curationSettings.parse(given), inputs));
  const ids: string[] = [];
  for await (const item of kept) ids.push(item.sample.extra_info.id);
  return { ids, report: report() };
}

describe('filters of answers', () => {
  it('noChoices takes out options and yes or no, not every answer that is a letter', async () => {
    const options = 'Which?\nA. red\nB. blue';
    const set = [
      sample('choice', { verifier: 'choice', ground_truth: 'B' }, options),
      sample('letter', { ground_truth: 'B' }, options),
      sample('yes', { ground_truth: 'Yes', verifier: 'text' }),
      sample('point', { ground_truth: 'B' }, 'Which point lies on the line?'),
      sample('number', { ground_truth: '12' }, options),
    ];
    const { ids, report } = await run(set, { noChoices: {} });
    expect(ids).toEqual(['point', 'number']);
    expect(report).toEqual({
      read: 5,
      kept: 2,
      removals: [
        {
          filter: 'noChoices',
          removed: 3,
          reasons: { 'multiple choice': 2, 'true or false': 1 },
          examples: ['choice', 'letter', 'yes'],
        },
      ],
    });
  });

  it('plainAnswers and shortAnswers leave boxes alone and have limits of their own', async () => {
    const set = [
      sample('equation', { ground_truth: 'x=3' }),
      sample('long', { ground_truth: 'a'.repeat(21) }),
      sample('twenty', { ground_truth: 'a'.repeat(20) }),
      boxes('boxes', [[0, 0, 10, 10]]),
    ];
    expect((await run(set, { plainAnswers: {}, shortAnswers: {} })).ids).toEqual(['twenty', 'boxes']);
    expect((await run(set, { plainAnswers: { symbols: ';' }, shortAnswers: { maxCharacters: 3 } })).ids).toEqual(['equation', 'boxes']);
  });

  it('shortQueries and goldAnswer', async () => {
    const ocr = (id: string): Sample => ({ ...sample(id, {}), ability: 'ocr' });
    const set = [
      { sample: sample('long', {}, 'x'.repeat(1001)) },
      { sample: ocr('wrong'), goldReward: 0 },
      { sample: ocr('right'), goldReward: 1 },
      { sample: sample('other', {}), goldReward: 0 },
    ];
    expect((await run(set, { shortQueries: {}, goldAnswer: {} })).ids).toEqual(['right', 'other']);
  });
});

describe('filters of boxes', () => {
  it('boxCount counts each category for itself', async () => {
    const many = (count: number): number[][] => Array.from({ length: count }, (_, index) => [index, 0, index + 5, 5]);
    expect((await run([boxes('ten', many(10)), boxes('eleven', many(11))], { boxCount: {} })).ids).toEqual(['ten']);
  });

  it('boxArea needs the size of the image for pixels, and says so', async () => {
    const half = boxes('half', [[0, 0, 1000, 500]]);
    const most = boxes('most', [[0, 0, 1000, 501]]);
    const pixels = boxes('pixels', [[0, 0, 60, 50]], { coordinate_space: 'pixel_original' });
    const image = { ...pixels, images: [{ path: 'a.png' }] };
    const { ids, report } = await run(
      [half, most, pixels, { sample: { ...image, extra_info: { id: 'sized' } }, sizes: [{ width: 100, height: 100 }] }],
      {
        boxArea: {},
      },
    );
    expect(ids).toEqual(['half', 'sized']);
    expect(report.removals[0]?.reasons).toEqual({
      'a box over 50 % of the image': 1,
      'the share of the image is unknown: no coordinate_space or size': 1,
    });
  });

  it('singleToMulti keeps one sample with one box for two with several, the same ones in any order', async () => {
    const ones = Array.from({ length: 40 }, (_, index) => boxes(`one-${index}`, [[0, 0, 5, 5]]));
    const several = Array.from({ length: 30 }, (_, index) =>
      boxes(`several-${index}`, [
        [0, 0, 5, 5],
        [5, 5, 9, 9],
      ]),
    );
    const { ids } = await run([...ones, ...several, sample('other', {})], { singleToMulti: {} });
    expect(ids.filter((id) => id.startsWith('one')).length).toBe(15);
    expect(ids.filter((id) => id.startsWith('several')).length).toBe(30);
    expect(ids).toContain('other');
    const reversed = await run([...several.reverse(), ...ones.reverse()], { singleToMulti: {} });
    expect(new Set(reversed.ids)).toEqual(new Set(ids.filter((id) => id !== 'other')));
  });

  it('tail and countingBalance look at what earlier filters left', async () => {
    const cats = Array.from({ length: 10 }, (_, index) => boxes(`cat-${index}`, [[0, 0, 5, index === 0 ? 1001 : 5]]));
    expect((await run(cats, { tail: {} })).ids).toHaveLength(10);
    expect((await run(cats, { boxArea: { maxShare: 0.001 }, tail: {} })).ids).toEqual([]);
    const counts = ['1', '1', '1', '1', '2', '2', '3'].map((ground_truth, index) =>
      sample(`${ground_truth}-${index}`, { ground_truth, verifier: 'counting' }),
    );
    const { ids } = await run(counts, { countingBalance: {} });
    expect(ids.map((id) => id.charAt(0)).sort()).toEqual(['1', '1', '2', '2', '3']);
  });
});

describe('difficulty', () => {
  const half = Array.from({ length: 16 }, (_, index) => (index < 8 ? 1 : 0));

  it('reasoning: what is always right goes; perception: sums of 2 to 10 of 16 stay', async () => {
    const rewards = new Map([
      ['never', [0, 0, 0, 0]],
      ['always', [1, 1, 1, 1]],
      ['low', half.map((reward) => reward * 0.24)],
      ['some', half],
      ['high', half.map(() => 0.63)],
    ]);
    const set = [
      sample('never', {}),
      sample('always', {}),
      boxes('low', [[0, 0, 5, 5]]),
      boxes('some', [[0, 0, 5, 5]]),
      boxes('high', [[0, 0, 5, 5]]),
    ];
    const { ids, report } = await run([...set, sample('unknown', {})], { difficulty: {} }, { rewards });
    expect(ids).toEqual(['never', 'some']);
    expect(report.removals[0]?.reasons).toEqual({ 'too easy': 2, 'too hard': 1, 'no rollouts': 1 });
  });

  it('is refused without rewards', () => {
    expect(() => makeFilters(curationSettings.parse({ difficulty: {} }))).toThrow(/difficulty needs the rewards of a rollouts file/);
    expect(() => makeFilters(curationSettings.parse({ duplicates: { distance: 8 } }))).toThrow(/0 to 7 bits/);
  });
});

describe('fingerprints', () => {
  it('are near up to the distance, wherever the bits differ', () => {
    for (const distance of [0, 1, 3, 7]) {
      const index = createFingerprintIndex(distance);
      index.add(0xdeadbeefcafef00dn);
      for (let start = 0; start + distance < 64; start++) {
        let flipped = 0xdeadbeefcafef00dn;
        for (let bit = 0; bit < distance; bit++) flipped ^= 1n << BigInt(start + bit);
        expect(index.hasNear(flipped)).toBe(true);
        expect(index.hasNear(flipped ^ (1n << BigInt(start + distance)))).toBe(false);
      }
    }
  });

  it('duplicates want the same question, overlap the image alone', async () => {
    const item = (id: string, fingerprint: bigint, content?: string): CurateItem => ({
      sample: sample(id, {}, content),
      fingerprints: [fingerprint],
    });
    const set = [item('a', 5n), item('b', 7n), item('c', 5n, 'What else?'), item('d', 0xffffn)];
    expect((await run(set, { duplicates: {} })).ids).toEqual(['a', 'c', 'd']);
    expect((await run(set, { duplicates: {}, countingBalance: {}, tail: {} })).ids).toEqual(['a', 'c', 'd']);
    expect((await run(set, { overlap: {} }, { others: [4n] })).ids).toEqual(['d']);
  });
});
