// What the training loop asks of an engine, in numbers worked out by hand: which tokens, with which advantages, over which normalizer, in which order.
import { at } from '@vtriune/format/at';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../engines/engine.ts';
import { TrainerError } from '../errors.ts';
import { scriptedEngine, written } from '../testing/scripted-engine.ts';
import { differing, oneToken, rewards, scriptedRun } from '../testing/scripted-run.ts';
import { samples } from '../testing/tiny-training.ts';
import { TINY } from '../testing/tiny-model.ts';
import type { RewardFunction, RolloutToScore } from './reward.ts';
import type { StepReport } from './train.ts';

describe('an update', () => {
  const settings: Readonly<Record<string, unknown>> = {
    steps: 4,
    promptsPerStep: 4,
    groupSize: 3,
    updatesPerStep: 2,
    temperature: 0.75,
    topP: 0.875,
    topK: 12,
    seed: 11,
    learningRate: 0.5,
    warmupSteps: 2,
    learningRateDecay: 'cosine',
    learningRateFloor: 0.5,
    beta1: 0.75,
    beta2: 0.5,
    weightDecay: 0.25,
    gradientClip: 0.125,
    objective: { name: 'policy', clipHigh: 0.5 },
  };
  // Of four prompts the second teaches nothing. A failed response and one without tokens take no part; an image mark of the policy's own neither.
  const table = [
    [1, 0, 0.5],
    [1, 1, 1],
    [null, 1, 0],
    [0, 0, 1],
  ];
  const responses = [
    [written(8, 9), written(10, TINY.imagePad, 11), written(12)],
    [written(8), written(9), written(10)],
    [written(8, 8, 8), written(13, 14), written(15)],
    [written(), written(16), written(17, 18)],
  ];
  const all = async (): Promise<{ reports: StepReport[]; seen: RolloutToScore[] } & ReturnType<typeof scriptedEngine>> => {
    const script = scriptedEngine((key, g) => at(at(responses, key % 4), g));
    const seen: RolloutToScore[] = [];
    return { reports: await scriptedRun(settings, { engine: script.engine, reward: rewards(table, seen) }), seen, ...script };
  };

  it('learns from groups that differ, minibatch by minibatch, later ones with the probabilities from before the first', async () => {
    const { asked, reports } = await all();
    expect(asked.calls).toEqual(Array<string[]>(4).fill(['generate', 'score', 'update', 'update']).flat());
    const [first, second] = asked.updates;
    const targets = (index: number): unknown[] =>
      at(asked.updates, index).rows.map(({ targets: own }) =>
        own.map(({ tokenId, advantage, sequence, samplerLogProb, oldLogProb, weight }) => {
          expect(weight).toBe(1);
          return [tokenId, Number(advantage.toFixed(4)), sequence, samplerLogProb, oldLogProb];
        }),
      );
    expect(targets(0)).toEqual([
      [
        [8, 1, 0, -0, undefined],
        [9, 1, 0, -1 / 8, undefined],
        [10, -1, 1, -0, undefined],
        [11, -1, 1, -2 / 8, undefined],
        [12, 0, 2, -0, undefined],
      ],
    ]);
    // Deviations of (1, 0) and of (0, 0, 1): the roots of 1/2 and of 1/3.
    expect(targets(1)).toEqual([
      [
        [13, 0.7071, 0, -0, -1],
        [14, 0.7071, 0, -1 / 8, -1 - 1 / 8],
        [15, -0.7071, 1, -0, -1 - 2 / 8],
      ],
      [
        [16, -0.5773, 0, -0, -2],
        [17, 1.1547, 1, -0, -2 - 1 / 8],
        [18, 1.1547, 1, -1 / 8, -2 - 2 / 8],
      ],
    ]);
    expect(first?.normalizer).toEqual({ tokens: 5, sequences: 3 });
    expect(second?.normalizer).toEqual({ tokens: 6, sequences: 4 });
    expect(asked.scored).toEqual(Array(4).fill({ rows: 2, temperature: 0.75 }));
    expect(reports[0]?.updates.map(({ loss, tokens }) => [loss, tokens])).toEqual([
      [1, 5],
      [2, 6],
    ]);
    expect(reports[0]?.groups.map(({ zeroVariance }) => zeroVariance)).toEqual([false, true, false, false]);
  });

  it('is asked for with the settings of the run and the learning rate of its step', async () => {
    const { asked, reports } = await all();
    for (const { temperature, gradientClip, adamw, objective } of asked.updates) {
      expect([temperature, gradientClip]).toEqual([0.75, 0.125]);
      expect(adamw).toEqual({ beta1: 0.75, beta2: 0.5, epsilon: 1e-8, weightDecay: 0.25 });
      expect(objective).toMatchObject({ name: 'policy', clipHigh: 0.5 });
    }
    // Two steps of warm-up to 0.5, then half a cosine over two steps from 0.5 to 0.25.
    const expected = [0.25, 0.5, 0.5, 0.375];
    reports.forEach(({ learningRate }, step) => expect(learningRate).toBeCloseTo(at(expected, step), 12));
    asked.updates.forEach(({ learningRate }, n) => expect(learningRate).toBeCloseTo(at(expected, Math.floor(n / 2)), 12));
  });

  it('comes after responses that were asked for with the settings of the run and the key of each sample', async () => {
    const { asked } = await all();
    expect(asked.generate.map(({ prompts }) => prompts.map(({ key }) => key))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
      [12, 13, 14, 15],
    ]);
    for (const { options, prompts } of asked.generate) {
      expect(options).toMatchObject({ groupSize: 3, maxNewTokens: 6, temperature: 0.75, topP: 0.875, topK: 12, seed: 11 });
      expect(options.stopTokenIds).toEqual([TINY.stop, TINY.padding]);
      // The images of all prompts are encoded at once, and each prompt gets its own back.
      expect(prompts.map(({ images }) => images.map(({ encoded }) => encoded?.[0]))).toEqual([[0], [1], [2], [3]]);
    }
    for (const { rows } of asked.updates.slice(0, 2))
      for (const { images } of rows) expect(images.map(({ encoded }) => encoded?.length)).toEqual([1]);
    expect(asked.updates[1]?.rows.map(({ images }) => images[0]?.encoded?.[0])).toEqual([2, 3]);
  });

  it('comes after rewards for responses with their ids and the progress of the run', async () => {
    const { seen, reports } = await all();
    expect(seen).toHaveLength(48);
    expect(seen.slice(0, 4).map(({ id }) => id)).toEqual(['1-0-0', '1-0-1', '1-0-2', '1-1-0']);
    expect(seen.slice(12, 14).map(({ id }) => id)).toEqual(['2-0-0', '2-0-1']);
    expect(seen.at(-1)).toMatchObject({ id: '4-3-2', split: 'train', progress: { step: 4, totalSteps: 4 }, response: '17 18' });
    expect(seen[0]).toMatchObject({ response: '8 9', progress: { step: 1, totalSteps: 4 }, imageSizes: [] });
    expect(seen[0]).not.toHaveProperty('trajectory');
    expect(seen[0]?.sample.extra_info.id).toBe('0');
    expect(reports.map(({ state }) => state)).toStrictEqual([4, 8, 12, 16].map((samplePosition, n) => ({ step: n + 1, samplePosition })));
    expect(reports.map(({ totalSteps, staleness }) => [totalSteps, staleness])).toEqual(Array(4).fill([4, 0]));
    expect(reports[0]?.rollouts.map(({ advantage }) => advantage === null)).toEqual(table.flat().map((value) => value === null));
    expect(reports[0]?.rollouts.map(({ id }) => id)).toEqual(seen.slice(0, 12).map(({ id }) => id));
  });
});

describe('a step without an update', () => {
  it('is one whose groups do not differ; a minibatch of them is left out', async () => {
    const { engine, asked } = scriptedEngine(oneToken);
    const [report] = await scriptedRun({}, { engine, reward: rewards([[1, 1]]) });
    expect(report?.updates).toEqual([]);
    expect(asked.calls).toEqual(['generate']);
    const half = scriptedEngine(oneToken);
    const [second] = await scriptedRun(
      { updatesPerStep: 2 },
      {
        engine: half.engine,
        reward: rewards([
          [1, 1],
          [0, 1],
        ]),
      },
    );
    expect(second?.updates).toHaveLength(1);
    expect(half.asked.updates[0]?.rows[0]?.targets[0]?.oldLogProb).toBe(-1);
  });
});

describe('a response near the limit', () => {
  it('is paid less by the estimator, and its outcome stays', async () => {
    const { engine } = scriptedEngine((_key, g) => written(...Array<number>(g === 0 ? 6 : 4).fill(8)));
    const [report] = await scriptedRun(
      { overlongBuffer: 2, overlongPenalty: 0.5, advantage: { name: 'grpo', normalizeByDeviation: false } },
      { engine, reward: rewards([[1, 1]]) },
    );
    // 1 - 0.5 and 1, less their mean.
    expect(report?.rollouts.map(({ advantage }) => advantage)).toEqual([-0.25, 0.25, -0.25, 0.25]);
    expect(report?.rollouts.map(({ outcome }) => outcome)).toEqual(Array(4).fill({ status: 'scored', reward: 1 }));
  });
});

describe('failures', () => {
  const table = [
    [0, 1],
    [null, null],
  ];
  it('of as many rollouts as failureLimit allows do not stop a run', async () => {
    expect(await scriptedRun({ failureLimit: 0.5 }, { engine: scriptedEngine(oneToken).engine, reward: rewards(table) })).toHaveLength(1);
    expect(await scriptedRun({ failureLimit: 0 }, { engine: scriptedEngine(oneToken).engine, reward: differing })).toHaveLength(1);
  });
  it('of one more stop it, with how many there were and the first reason', async () => {
    const tried = scriptedRun({ failureLimit: 0.49 }, { engine: scriptedEngine(oneToken).engine, reward: rewards(table) });
    await expect(tried).rejects.toMatchObject({
      code: 'reward_failures',
      message: expect.stringContaining('2 of 4 rollouts came back without a reward (first: timeout: too slow); at most 49 % may') as string,
    });
    await expect(
      scriptedRun(
        { failureLimit: 0 },
        {
          engine: scriptedEngine(oneToken).engine,
          reward: rewards([
            [0, 1],
            [1, null],
          ]),
        },
      ),
    ).rejects.toThrow('1 of 4 rollouts');
  });
});

describe('dynamic sampling', () => {
  // Prompts are numbered over the rounds of a step: of every three the first differs.
  const thirds = rewards([
    [0, 1],
    [1, 1],
    [0, 0],
  ]);

  it('asks for as many prompts as are missing, and learns from those that differ', async () => {
    const { engine, asked } = scriptedEngine(oneToken);
    const seen: RolloutToScore[] = [];
    const table = [
      [0, 1],
      [1, 1],
      [0, 0],
    ];
    const [first, second] = await scriptedRun({ steps: 2, promptsPerStep: 3, samplingRounds: 4 }, { engine, reward: rewards(table, seen) });
    // 0, 1, 2: one differs. 3, 4: one. 5: none. 6: one, and the step is full.
    const keys = asked.generate.map(({ prompts }) => prompts.map(({ key }) => key));
    expect(keys).toEqual([[0, 1, 2], [3, 4], [5], [6], [7, 8, 9], [10, 11], [12], [13]]);
    expect(first?.state.samplePosition).toBe(7);
    expect(second?.state.samplePosition).toBe(14);
    expect(first?.groups.map(({ zeroVariance }) => zeroVariance)).toEqual([false, true, true, false, true, true, false]);
    expect(seen.slice(0, 14).map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6].flatMap((p) => [`1-${String(p)}-0`, `1-${String(p)}-1`]));
    expect(asked.updates.map(({ rows }) => rows.length)).toEqual([3, 3]);
  });

  it('ends a step after its rounds, and once it has enough', async () => {
    const short = scriptedEngine(oneToken);
    const [report] = await scriptedRun({ promptsPerStep: 3, samplingRounds: 2 }, { engine: short.engine, reward: thirds });
    expect(short.asked.generate).toHaveLength(2);
    expect(short.asked.updates[0]?.rows).toHaveLength(2);
    expect(report?.groups).toHaveLength(5);
    const enough = scriptedEngine(oneToken);
    await scriptedRun({ promptsPerStep: 3, samplingRounds: 9 }, { engine: enough.engine, reward: differing });
    expect(enough.asked.generate).toHaveLength(1);
  });

  it('cuts the groups that differ into minibatches; without it, the groups as they come', async () => {
    const table = [
      [1, 1],
      [0, 1],
      [0, 1],
    ];
    const { engine, asked } = scriptedEngine(oneToken);
    await scriptedRun({ updatesPerStep: 2, samplingRounds: 3 }, { engine, reward: rewards(table) });
    expect(asked.updates.map(({ rows }) => rows.length)).toEqual([1, 1]);
    const plain = scriptedEngine(oneToken);
    const reward = rewards([
      [0, 1],
      [0, 1],
      [1, 1],
      [0, 1],
    ]);
    await scriptedRun({ promptsPerStep: 4, updatesPerStep: 2 }, { engine: plain.engine, reward });
    expect(plain.asked.updates.map(({ rows }) => rows.length)).toEqual([2, 1]);
  });
});

describe('a run', () => {
  it('names the largest sample that an update has no memory for', async () => {
    const { engine } = scriptedEngine(oneToken, {
      update: () => Promise.reject(new TrainerError('out_of_memory', 'The gradients need 9 GB.')),
    });
    await expect(scriptedRun({}, { engine, reward: differing })).rejects.toThrow(
      /The gradients need 9 GB\. The longest prompt of the batch is sample "0" of even: 10 tokens/,
    );
  });

  it('has the turns of every response scored where there are tools', async () => {
    const seen: RolloutToScore[] = [];
    const { engine } = scriptedEngine((_key, g) => written(8, 9 + g));
    const tools = { use: [{ name: 'image_zoom_in_tool', pixels: 6400 }], describe: false };
    const [report] = await scriptedRun({ tools }, { engine, reward: rewards([[0, 1]], seen) });
    expect(seen.map(({ trajectory }) => trajectory?.turns)).toEqual(
      ['8 9', '8 10', '8 9', '8 10'].map((text) => [{ role: 'assistant', text, images: [] }]),
    );
    expect(report?.updates).toHaveLength(1);
  });

  it('goes on after the step of its state and ends with its steps', async () => {
    const { engine, asked } = scriptedEngine(oneToken);
    const reports = await scriptedRun({ steps: 5 }, { engine, reward: differing, state: { step: 3, samplePosition: 40 } });
    expect(reports.map(({ state }) => state)).toStrictEqual([
      { step: 4, samplePosition: 42 },
      { step: 5, samplePosition: 44 },
    ]);
    expect(asked.generate[0]?.prompts.map(({ key }) => key)).toEqual([40, 41]);
    expect(await scriptedRun({ steps: 3 }, { engine, reward: differing, state: { step: 3, samplePosition: 40 } })).toEqual([]);
  });

  it('says how long its parts took, over all rounds, and no longer than the whole', async () => {
    const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 25));
    const own = scriptedEngine(oneToken).engine;
    const slow: Engine = {
      ...own,
      generate: (prompts, options) => wait().then(() => own.generate(prompts, options)),
      update: (request) => wait().then(() => own.update(request)),
    };
    const source = { at: (index: number) => wait().then(() => samples.at(index)) };
    const table = rewards([
      [1, 1],
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
    const reward: RewardFunction = (rollouts) => wait().then(() => table(rollouts));
    const began = performance.now();
    const [report] = await scriptedRun({ samplingRounds: 2 }, { engine: slow, samples: source, reward });
    const whole = (performance.now() - began) / 1000;
    const { data, rollout, reward: paid, update } = report!.seconds;
    // A timer may be a little early.
    for (const twice of [data, rollout, paid]) expect(twice).toBeGreaterThan(0.045);
    expect(update).toBeGreaterThan(0.02);
    expect(data + rollout + paid + update).toBeLessThanOrEqual(whole);
  });
});
