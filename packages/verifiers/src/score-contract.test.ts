// What `score` hands to a verifier, what it takes back from it, and how it puts the parts together: each with values chosen so that another order,
// another default or another bound gives another number.
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { FailedResult, RewardRequest, RewardResult, ScoredResult } from './contract.ts';
import { defineVerifier } from './define-verifier.ts';
import { createRegistry } from './registry.ts';
import { checkOutcome, score, type ScoreOptions } from './score.ts';
import type { Verifier, VerifierInput, VerifierOutcome } from './verifier.ts';

/** A verifier without checks of its own: it gives back what `verify` says, and notes what it was given. */
function plain(name: string, verify: Verifier['verify'], keys: Partial<Pick<Verifier, 'components' | 'metrics'>> = {}): Verifier {
  return { name, description: 'For tests.', parameters: Type.Object({}), components: [], metrics: [], ...keys, verify };
}

const request: RewardRequest = { id: 'a', data_source: 's', verifier: 'plain', response: 'r', ground_truth: 'truth' };

async function one(given: unknown, verifiers: readonly Verifier[], options: ScoreOptions = {}): Promise<RewardResult> {
  const [result] = await score([given as RewardRequest], { registry: createRegistry(verifiers), ...options });
  return result!;
}
async function scored(given: unknown, ...verifiers: readonly Verifier[]): Promise<ScoredResult> {
  const result = await one(given, verifiers);
  if (result.status === 'failed') throw new Error(`${result.error.code}: ${result.error.message}`);
  return result;
}
async function failed(given: unknown, ...verifiers: readonly Verifier[]): Promise<FailedResult> {
  const result = await one(given, verifiers);
  if (result.status === 'scored') throw new Error(`scored with ${String(result.reward)}`);
  return result;
}

const half = plain('half', () => ({ accuracy: 0.5, format: 0.25 }));
const full = plain('plain', () => ({ accuracy: 1, format: 1 }));

describe('what a verifier is given', () => {
  const heard = async (change: Partial<RewardRequest>): Promise<VerifierInput[]> => {
    const inputs: VerifierInput[] = [];
    const note = (input: VerifierInput): VerifierOutcome => {
      inputs.push(input);
      return { accuracy: 1, format: 1 };
    };
    await scored({ ...request, ...change }, plain('plain', note), plain('other', note));
    return inputs;
  };

  it('is the request, the split of training and no images where it says nothing', async () => {
    expect(await heard({})).toEqual([
      {
        response: 'r',
        groundTruth: 'truth',
        answer: undefined,
        parameters: undefined,
        progress: undefined,
        split: 'train',
        images: [],
        trajectory: undefined,
      },
    ]);
  });

  it('is all that the request says', async () => {
    const rest = {
      answer: 'an answer',
      progress: { step: 3, total_steps: 9 },
      images: [{ width: 2, height: 3 }],
      trajectory: { tool_calls: 0, tool_errors: 0, turns: [] },
    };
    expect(await heard({ ...rest, split: 'test', verifier_parm: { p: 1 } })).toEqual([
      { ...rest, response: 'r', groundTruth: 'truth', split: 'test', parameters: { p: 1 } },
    ]);
  });

  it('is what its own entry says, and the request where the entry says nothing', async () => {
    const rewards = [{ verifier: 'plain', ground_truth: 'own', verifier_parm: { p: 2 } }, { verifier: 'other' }];
    const inputs = await heard({ verifier_parm: { p: 1 }, rewards });
    expect(inputs.map(({ groundTruth, parameters }) => [groundTruth, parameters])).toEqual([
      ['own', { p: 2 }],
      ['truth', { p: 1 }],
    ]);
  });
});

describe('the reward', () => {
  it.each([
    [{}, 0.5],
    [{ accuracy_ratio: 1, format_ratio: 0 }, 0.5],
    [{ accuracy_ratio: 0, format_ratio: 2 }, 0.25],
    [{ accuracy_ratio: 3, format_ratio: 1 }, 0.4375],
    [{ accuracy_ratio: 0.25, format_ratio: 0.75 }, 0.3125],
    [{ format_ratio: 1 }, 0.375],
  ])('with %j is %d', async (ratios, reward) => {
    expect((await scored({ ...request, verifier: 'half', ...ratios }, half)).reward).toBe(reward);
  });

  it('takes the ratios of an entry before those of the request', async () => {
    const rewards = [{ verifier: 'half', accuracy_ratio: 0, format_ratio: 1 }];
    expect((await scored({ ...request, accuracy_ratio: 1, format_ratio: 0, rewards }, half)).reward).toBe(0.25);
    const silent = [{ verifier: 'half' }];
    expect((await scored({ ...request, accuracy_ratio: 0, format_ratio: 1, rewards: silent }, half)).reward).toBe(0.25);
  });

  it('is refused where both ratios are 0, of the request or of an entry', async () => {
    const none = { accuracy_ratio: 0, format_ratio: 0 };
    for (const given of [
      { ...request, ...none },
      { ...request, rewards: [{ verifier: 'plain', ...none }] },
    ])
      expect((await failed(given, full)).error).toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('accuracy_ratio and format_ratio are both 0') as string,
      });
  });

  it('is the mean of the entries by their weights, 1 where there is none', async () => {
    const none = plain('none', () => ({ accuracy: 0, format: 0 }));
    const rewardOf = async (rewards: RewardRequest['rewards']): Promise<number> =>
      (await scored({ ...request, rewards }, full, half, none)).reward;
    expect(await rewardOf([{ verifier: 'half' }, { verifier: 'plain', weight: 3 }])).toBe(0.875);
    expect(await rewardOf([{ verifier: 'none' }, { verifier: 'plain' }, { verifier: 'none', name: 'again', weight: 2 }])).toBe(0.25);
    // Sums of weights beyond the largest number, with one that is next to nothing.
    const huge = (weight: number): RewardRequest['rewards'] => [
      { verifier: 'none', weight: 1e308 },
      { verifier: 'plain', weight: 1e308 },
      { verifier: 'half', weight },
    ];
    expect(await rewardOf(huge(1e-300))).toBe(0.5);
    expect(await rewardOf(huge(1e308))).toBeCloseTo(0.5, 12);
  });

  it('is never above 1, though shares may add up to a little more', async () => {
    // In double precision the shares of 0.1, 3 and 1 add up to 1 + 2^-52, and those of 0.06 and 0.57 as well.
    const rewards = [0.1, 3, 1].map((weight, n) => ({ verifier: 'plain', name: `n${String(n)}`, weight }));
    expect((await scored({ ...request, rewards }, full)).reward).toBe(1);
    expect((await scored({ ...request, accuracy_ratio: 0.06, format_ratio: 0.57 }, full)).reward).toBe(1);
  });

  it('comes with its parts: accuracy, format, what the verifier declares, and nothing else', async () => {
    const parts = plain('parts', () => ({ accuracy: 0.5, format: 0, components: { length: 3 }, metrics: { words: 7 } }), {
      components: ['length'],
      metrics: ['words'],
    });
    expect(await scored({ ...request, verifier: 'parts' }, parts)).toMatchObject({
      id: 'a',
      data_source: 's',
      verifier: 'parts',
      components: { accuracy: 0.5, format: 0, length: 3 },
      metrics: { words: 7 },
    });
    const several = await scored({ ...request, rewards: [{ verifier: 'half', name: 'first' }, { verifier: 'parts' }] }, parts, half);
    expect(several.components).toEqual({
      'first/accuracy': 0.5,
      'first/format': 0.25,
      'parts/accuracy': 0.5,
      'parts/format': 0,
      'parts/length': 3,
    });
    expect(several.metrics).toEqual({ 'parts/words': 7 });
    expect((await scored({ ...request, verifier: 'half' }, half)).metrics).toEqual({});
  });
});

describe('two entries of one name', () => {
  it('are refused by that name, be it their own or that of their verifier', async () => {
    const twice = async (rewards: RewardRequest['rewards']): Promise<string> => {
      const { error } = await failed({ ...request, rewards }, full, half);
      expect(error.code).toBe('invalid_request');
      return error.message;
    };
    expect(await twice([{ verifier: 'half' }, { verifier: 'plain' }, { verifier: 'plain' }])).toContain('are called "plain"');
    expect(await twice([{ verifier: 'half', name: 'plain' }, { verifier: 'plain' }])).toContain('are called "plain"');
  });
});

describe('elapsed_ms', () => {
  it('is measured, and never negative where the clock is set back', async () => {
    expect((await scored(request, full)).elapsed_ms).toBeGreaterThanOrEqual(0);
    const clock = (times: number[]) => (): number => times.shift() ?? Number.NaN;
    expect(await one(request, [full], { now: clock([100, 103.5]) })).toMatchObject({ elapsed_ms: 3.5 });
    expect(await one(request, [full], { now: clock([100, 98]) })).toMatchObject({ elapsed_ms: 0 });
  });
});

describe('checkOutcome', () => {
  const verifier = plain('strict', () => ({ accuracy: 1, format: 1 }), { components: ['one', 'two'], metrics: ['seen'] });
  const fine = { accuracy: 1, format: 0, components: { one: 1, two: -2 }, metrics: { seen: 3 } };
  const check =
    (change: Record<string, unknown>): (() => void) =>
    () =>
      checkOutcome(verifier, { ...fine, ...change });

  it.each([{}, { accuracy: 0, format: 1 }, { accuracy: 0.5 }, { components: { two: 2, one: 1 } }])('takes %j', (change) => {
    expect(check(change)).not.toThrow();
  });

  it.each([
    [{ accuracy: -0.001 }, 'returned accuracy -0.001. It must be a number in [0, 1]'],
    [{ accuracy: 1.001 }, 'returned accuracy 1.001'],
    [{ accuracy: Number.NaN }, 'returned accuracy NaN'],
    [{ accuracy: '1' }, 'returned accuracy 1'],
    [{ accuracy: undefined }, 'returned accuracy undefined'],
    [{ format: -0.001 }, 'returned format -0.001'],
    [{ format: 2 }, 'returned format 2'],
    [{ components: { one: 1 } }, 'exactly the components it declares (one, two); "two" is missing'],
    [{ components: { one: 1, two: 2, three: 3 } }, 'exactly the components it declares (one, two); "three" is not declared'],
    [{ components: { one: 1, too: 2 } }, '"too" is not declared'],
    [{ components: { one: 1, two: Infinity } }, 'returned components.two = Infinity. It must be a finite number'],
    [{ components: { one: Number.NaN, two: 1 } }, 'returned components.one = NaN'],
    [{ components: undefined }, '"one" is missing'],
    [{ metrics: undefined }, 'exactly the metrics it declares (seen); "seen" is missing'],
    [{ metrics: { seen: 1, felt: 2 } }, '"felt" is not declared'],
    [{ metrics: { seen: '3' } }, 'returned metrics.seen = 3. It must be a finite number'],
  ])('refuses %j', (change, message) => {
    expect(check(change)).toThrow(expect.objectContaining({ code: 'verifier_error', message: expect.stringContaining(message) as string }));
    expect(check(change)).toThrow(/"strict"/);
  });

  it('says none where nothing is declared', () => {
    expect(() => checkOutcome(half, { accuracy: 1, format: 1, metrics: { seen: 1 } })).toThrow('exactly the metrics it declares (none)');
    expect(() => checkOutcome(half, { accuracy: 1, format: 1 })).not.toThrow();
  });
});

describe('a failure', () => {
  const throwing = (error: unknown): Verifier =>
    plain('plain', () => {
      throw error;
    });

  it.each([
    [new TypeError('boom'), 'verifier_error', 'boom'],
    [Object.assign(new Error('late'), { code: 'timeout' }), 'timeout', 'late'],
    [Object.assign(new Error('busy'), { code: 'overloaded' }), 'overloaded', 'busy'],
    [Object.assign(new Error('gone'), { code: 'ENOENT' }), 'verifier_error', 'gone'],
    [Object.assign(new Error('odd'), { code: 'toString' }), 'verifier_error', 'odd'],
    [Object.assign(new Error('a number'), { code: 7 }), 'verifier_error', 'a number'],
    ['a text', 'verifier_error', 'a text'],
    [null, 'verifier_error', 'null'],
    [undefined, 'verifier_error', 'undefined'],
  ])('of %j has the code %s', async (error, code, message) => {
    expect(await failed(request, throwing(error))).toEqual({
      id: 'a',
      data_source: 's',
      verifier: 'plain',
      status: 'failed',
      error: { code, message },
    });
  });

  it.each([null, undefined, 'text', 7, { id: 5, data_source: [], verifier: null }])(
    'of the request %j has names all the same',
    async (given) => {
      expect(await failed(given, full)).toMatchObject({ id: '#0', data_source: 'unknown', verifier: 'unknown' });
      expect((await failed(given, full)).error).toMatchObject({
        code: 'invalid_request',
        message: expect.stringMatching(/^Not a reward request: request/) as string,
      });
    },
  );

  it('says what is wrong with the request', async () => {
    expect((await failed({ ...request, accuracy_ratio: -1 }, full)).error.message).toContain('request/accuracy_ratio must be >= 0');
    expect((await failed({ ...request, verifier: '' }, full)).error.message).toContain('request/verifier');
  });

  it('is the registry of built-in verifiers that does not know a name where none is given', async () => {
    const [result] = await score([{ ...request, verifier: 'counting', response: '\\boxed{7}', ground_truth: '7' }, request]);
    expect(result).toMatchObject({ status: 'scored', reward: 1 });
    const own = defineVerifier({
      name: 'counting',
      description: 'Pays nothing.',
      parameters: Type.Object({}),
      groundTruth: String,
      verify: () => ({ accuracy: 0, format: 0 }),
    });
    expect((await scored({ ...request, verifier: 'counting' }, own)).reward).toBe(0);
  });
});
