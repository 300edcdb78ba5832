import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callProtocol, decodeItems, protocolContext } from '../../../test/call-protocol.ts';
import { createVTriuneAdapter } from './v-triune.ts';

interface Goldens {
  readonly meta: { readonly ratios: Readonly<Record<string, Readonly<Record<string, number>>>> };
  readonly cases: readonly { readonly prediction: string; readonly solution: string }[];
  readonly results: readonly {
    readonly case: number;
    readonly threshold: string;
    readonly step: number;
    readonly total_steps: number;
    readonly ratio: string;
    readonly format: number;
    readonly scores: Readonly<Record<string, number>>;
  }[];
}

const judge = createVTriuneAdapter();
const own = new URL('../../../test/fixtures/detection-reward.json', import.meta.url);
const shared = new URL('../../../../../../shared/reference-data/coco/vtriune-reward/detection_reward_goldens.json', import.meta.url);

function readGoldens(file: URL): Goldens {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function goldenBody(goldens: Goldens, result: Goldens['results'][number]) {
  const sample = goldens.cases[result.case];
  const threshold = Number.isNaN(Number(result.threshold)) ? result.threshold : Number(result.threshold);
  return {
    response: sample?.prediction,
    prompt: 'Find the cells.',
    answer: '',
    solution: sample?.solution,
    data_source: 'coco',
    reward_verifier: 'detection',
    reward_verifier_parm: JSON.stringify({
      det_reward_ratio: goldens.meta.ratios[result.ratio],
      det_verifier_normalized: false,
      is_training: true,
      step: result.step,
      total_steps: result.total_steps,
      image_grid_thw: null,
      image_path: null,
      iou_threshold: threshold,
    }),
  };
}

async function differences(goldens: Goldens): Promise<string[]> {
  const wrong: string[] = [];
  for (const [index, result] of goldens.results.entries()) {
    const { rewards, error } = await callProtocol(judge, goldenBody(goldens, result));
    const { final_score: accuracy = Number.NaN, ...further } = result.scores;
    const expected: Record<string, number> = {
      format_reward: result.format,
      accuracy_reward: accuracy,
      reflection_reward: 0,
      final_reward: accuracy * (1 / 1.1) + result.format * (0.1 / 1.1),
      ...Object.fromEntries(Object.entries(further).map(([key, value]) => [`${key}_reward`, value])),
    };
    if (error !== undefined) wrong.push(`${index} ${error.message}`);
    if (Object.keys(rewards).sort().join() !== Object.keys(expected).sort().join())
      wrong.push(`${index} keys ${Object.keys(rewards).join()}`);
    for (const [key, value] of Object.entries(expected)) {
      if (!(Math.abs((rewards[key] ?? Number.NaN) - value) <= 1e-9)) wrong.push(`${index} ${key} ${rewards[key]} instead of ${value}`);
    }
  }
  return wrong;
}

describe("the reference's rewards through POST /judge", () => {
  it('are the recorded ones on hand-written responses', async () => {
    const goldens = readGoldens(own);
    expect(goldens.results.length).toBeGreaterThan(50);
    expect(await differences(goldens)).toEqual([]);
  });

  it.skipIf(!existsSync(shared))(
    'are the recorded ones in all 1,100 reward dictionaries (skipped where ../shared/reference-data is absent)',
    { timeout: 120_000 },
    async () => {
      const goldens = readGoldens(shared);
      expect(goldens.results).toHaveLength(1100);
      expect(await differences(goldens)).toEqual([]);
    },
  );
});

function tagged(answer: string) {
  return `<think>\nso\n</think>\n\n<answer>\n${answer}\n</answer>`;
}
const solution = `<answer>\n[{"bbox_2d": [100, 100, 500, 500], "label": "cat"}]\n</answer>`;
const parameters = {
  det_verifier_normalized: false,
  det_reward_ratio: { iou_max_label_first: 1, iou_max_iou_first: 0, iou_completeness: 0.3, map: 0, map50: 0, map75: 0 },
  is_training: true,
  step: 5,
  total_steps: 100,
  image_grid_thw: [[1, 280, 560]],
  image_path: ['a.jpg'],
};
function body(fields: object = {}, parm: object = {}) {
  return {
    response: tagged('[{"bbox_2d": [100, 100, 500, 450], "label": "cat"}]'),
    prompt: 'Find the cat.',
    answer: 'cat',
    solution,
    data_source: 'coco',
    reward_verifier: 'detection',
    reward_verifier_parm: JSON.stringify({ ...parameters, ...parm }),
    ...fields,
  };
}
const maths = { reward_verifier: 'mathverify', solution: '$42$', response: tagged('\\boxed{42}') };

describe('v-triune protocol', () => {
  it('answers mathematics with the four rewards of the reference', async () => {
    expect(await callProtocol(judge, body({ ...maths, accuracy_ratio: 0.9, format_ratio: 0.1 }))).toEqual({
      rewards: { format_reward: 1, accuracy_reward: 1, reflection_reward: 0, final_reward: 1 },
    });
    const wrong = await callProtocol(judge, body({ ...maths, response: tagged('\\boxed{41}') }));
    expect(wrong.rewards).toEqual({
      format_reward: 1,
      accuracy_reward: 0,
      reflection_reward: 0,
      final_reward: expect.closeTo(0.1 / 1.1, 12),
    });
  });

  it('reads the IoU threshold in force from step and total_steps, in evaluation as well', async () => {
    const accuracyAt = async (step: number, more: object = {}) =>
      (await callProtocol(judge, body({}, { step, ...more }))).rewards.accuracy_reward;
    expect(await accuracyAt(5)).toBeGreaterThan(0.8);
    expect(await accuracyAt(20)).toBe(0);
    expect(await accuracyAt(20, { is_training: false })).toBe(0);
    expect(await accuracyAt(5, { is_training: false })).toBeGreaterThan(0.8);
    expect(await accuracyAt(20, { iou_threshold: 0.5 })).toBeGreaterThan(0.8);
  });

  it('has the threshold that the protocol was made with', () => {
    const [item] = decodeItems(createVTriuneAdapter('average'), body());
    expect(item).toMatchObject({ verifier_parm: { iou_threshold: 'average', compat: 'v-triune' } });
  });

  it('normalizes by the pixels of image_grid_thw, and not at all where there are none', async () => {
    const pixels = tagged('[{"bbox_2d": [56, 28, 280, 140], "label": "cat"}]');
    const judged = async (parm: object) =>
      (await callProtocol(judge, body({ response: pixels }, { det_verifier_normalized: true, ...parm }))).rewards;
    expect(await judged({})).toMatchObject({ accuracy_reward: 1, pure_iou_score_max_label_reward: 1 });
    for (const image_grid_thw of [null, []])
      expect(await judged({ image_grid_thw })).toMatchObject({ accuracy_reward: 0, format_reward: 1 });
  });

  it('takes the parameters as an object, and whole requests to the letter', () => {
    const [item] = decodeItems(judge, body({ reward_verifier_parm: parameters, accuracy_ratio: 0.7, format_ratio: null }));
    expect(item).toEqual({
      id: 'r1',
      data_source: 'coco',
      verifier: 'detection',
      verifier_parm: {
        det_verifier_normalized: false,
        det_reward_ratio: parameters.det_reward_ratio,
        iou_threshold: 'dynamic',
        compat: 'v-triune',
      },
      response: body().response,
      ground_truth: solution,
      answer: 'cat',
      accuracy_ratio: 0.7,
      format_ratio: 0.1,
      progress: { step: 5, total_steps: 100 },
      split: 'train',
      images: [{ width: 560, height: 280, resized_width: 560, resized_height: 280 }],
    });
  });

  it('leaves the step to the clock of the server where the client sends none', () => {
    const [item] = decodeItems(judge, body({}, { step: undefined, total_steps: undefined, is_training: false }));
    expect(item).toMatchObject({ split: 'test' });
    expect(item).not.toHaveProperty('progress');
  });

  it('pays nothing for shares out of range, as the reference', async () => {
    const det_reward_ratio = { ...parameters.det_reward_ratio, map: 7, map50: -1 };
    expect((await callProtocol(judge, body({}, { det_reward_ratio }))).rewards).toEqual((await callProtocol(judge, body())).rewards);
  });

  it('serves verifiers that the reference does not have, with their own numbers', async () => {
    const grounding = {
      reward_verifier: 'grounding',
      reward_verifier_parm: JSON.stringify({ iou_threshold: 0.5, step: 1, total_steps: 2 }),
    };
    const { rewards, error } = await callProtocol(
      judge,
      body({ ...grounding, solution: '[100, 100, 500, 500]', response: '[100, 100, 500, 500]' }),
    );
    expect(error).toBeUndefined();
    expect(rewards).toMatchObject({ accuracy_reward: 1, final_reward: 1 });
    const failed = await callProtocol(judge, body({ ...grounding, solution: 'nowhere' }));
    expect(failed.error?.code).toBe('invalid_ground_truth');
    expect(Object.keys(failed.rewards)).toEqual(Object.keys(rewards));
  });

  it('does not take the resized size for the original one', async () => {
    const spaces = { coordinate_space: 'norm_1000', response_space: 'pixel_original', iou_threshold: 0.5 };
    const { error } = await callProtocol(judge, body({ reward_verifier: 'grounding', solution: '[1, 2, 3, 4]' }, spaces));
    expect(error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('size of the image') });
  });

  it.each([
    ['an unknown verifier', body({ reward_verifier: 'nobody' }), 'unknown_verifier', '"nobody"'],
    ['no verifier', body({ reward_verifier: undefined }), 'invalid_request', '"reward_verifier" is absent'],
    ['no solution', body({ solution: null }), 'invalid_request', '"solution" is null'],
    ['parameters that are no JSON', body({ reward_verifier_parm: '{"step": NaN}' }), 'invalid_request', '"reward_verifier_parm" is'],
    ['parameters that are a list', body({ reward_verifier_parm: '[]' }), 'invalid_request', 'must be a JSON object'],
    ['an unknown parameter', body({}, { det_colour: 1 }), 'invalid_parameters', 'det_colour'],
    ['total_steps 0', body({}, { total_steps: 0 }), 'invalid_request', '"reward_verifier_parm.total_steps" is 0'],
    ['a step below 0', body({}, { step: -1 }), 'invalid_request', '"reward_verifier_parm.step" is -1'],
    ['a size of 0', body({}, { image_grid_thw: [[1, 0, 4]] }), 'invalid_request', 'image_grid_thw'],
    ['a size that is no list', body({}, { image_grid_thw: 'big' }), 'invalid_request', 'image_grid_thw'],
    ['a ratio below 0', body({ format_ratio: -1 }), 'invalid_request', '"format_ratio" is -1'],
    ['no shares', body({}, { det_reward_ratio: null }), 'invalid_parameters', 'det_reward_ratio'],
    ['a solution without boxes', body({ solution: 'none' }), 'invalid_ground_truth', 'none'],
  ])('answers %s with zeros under the same keys, and the error', async (_name, broken, code, text) => {
    const { rewards, error } = await callProtocol(judge, broken);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
    expect(Object.values(rewards).every((value) => value === 0)).toBe(true);
    const asDetection = broken.reward_verifier === 'detection';
    expect(Object.keys(rewards)).toHaveLength(asDetection ? 33 : 4);
  });

  it('does not fail mathematics for the images', async () => {
    expect((await callProtocol(judge, body(maths, { image_grid_thw: 'big' }))).rewards).toMatchObject({ final_reward: 1 });
  });

  it('keeps the source and the verifier of a failure for the metrics', () => {
    expect(decodeItems(judge, body({ solution: null }))).toMatchObject([
      { id: 'r1', data_source: 'coco', verifier: 'detection', status: 'failed' },
    ]);
  });

  it.each([[null], [[body()]], [{}], [body({ response: 4 })]])('refuses a body that is no sample (%#)', (broken) => {
    expect(() => judge.decode(broken, protocolContext)).toThrow(
      expect.objectContaining({ code: 'invalid_body', message: expect.stringContaining('reward_verifier_parm') }),
    );
  });
});
