import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { FormatError } from './errors.ts';
import { countImageMarks, isSample, parseSample, toSampleJson } from './parse-sample.ts';
import type { Sample } from './sample.ts';

function faultOf(value: unknown, location?: string): FormatError {
  try {
    parseSample(value, location === undefined ? {} : { location });
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new TypeError('the sample was accepted');
}

function withReward(changes: Record<string, unknown>): unknown {
  return {
    ...exampleSample(),
    reward_model: { ...exampleSample().reward_model, ...changes },
  };
}

describe('parseSample', () => {
  it('accepts the JSON form and the form in memory, with the same result', () => {
    const sample = exampleSample();
    expect(parseSample(JSON.parse(JSON.stringify(toSampleJson(sample))))).toEqual(sample);
    expect(parseSample(sample)).toEqual(sample);
  });

  it('reads an Orsta-Data-47k row: nulls are absent, the id comes from the reader', () => {
    const ratios = { iou_max_label_first: null, iou_max_iou_first: null, iou_completeness: null, map: null, map50: null, map75: null };
    const row = {
      data_source: 'mm_math',
      images: [{ bytes: new Uint8Array([1]), path: null }],
      prompt: [{ content: '<image>What is the length of AB?', role: 'user' }],
      ability: 'math',
      reward_model: {
        answer: '4',
        ground_truth: '\\boxed{4}',
        accuracy_ratio: 1,
        format_ratio: 0,
        verifier: 'mathverify',
        verifier_parm: { det_verifier_normalized: null, det_reward_ratio: ratios },
      },
      extra_info: { id: null, image_path: 'images/51284809.png' },
    };
    const sample = parseSample(row, { defaultId: 'mm_math.parquet:1' });
    expect(sample.extra_info).toEqual({ id: 'mm_math.parquet:1', image_path: 'images/51284809.png' });
    expect(sample.reward_model).not.toHaveProperty('verifier_parm');
    expect(sample.images).toEqual([{ bytes: new Uint8Array([1]) }]);
  });

  it('keeps an empty object, further keys of extra_info and unknown columns', () => {
    const sample = {
      ...(withReward({ verifier_parm: {} }) as Sample),
      domain: 'x',
      extra_info: { id: 7, tags: ['a', null], deep: { list: [[1, 2]] } },
    };
    const parsed = parseSample(sample);
    expect(parsed.reward_model.verifier_parm).toEqual({});
    expect(parsed.extra_info).toEqual({ id: '7', tags: ['a', null], deep: { list: [[1, 2]] } });
    expect(parsed).toHaveProperty('domain', 'x');
  });

  it.each([
    ['an infinite ratio', { accuracy_ratio: Infinity }, '/reward_model/accuracy_ratio', /allowed: a value of type number/],
    ['a negative ratio', { format_ratio: -0.1 }, '/reward_model/format_ratio', /is -0\.1; allowed: a number >= 0/],
    ['a ground truth of bytes', { ground_truth: new Uint8Array(3) }, '/reward_model/ground_truth', /is 3 bytes; allowed: text/],
    [
      'parameters in broken JSON',
      { verifier_parm: '{"a": 1' },
      '/reward_model/verifier_parm',
      /allowed: an object, or the JSON text of one/,
    ],
    ['parameters that are a JSON list', { verifier_parm: '[1]' }, '/reward_model/verifier_parm', /allowed: an object/],
    [
      'parameters of one reward in broken JSON',
      { rewards: [{ verifier: 'a', verifier_parm: 'x' }] },
      '/reward_model/rewards/0/verifier_parm',
      /is "x"/,
    ],
    [
      'an unknown coordinate space',
      { coordinate_space: 'pixels' },
      '/reward_model/coordinate_space',
      /"pixels"; allowed: "pixel_original", "pixel_resized"/,
    ],
    ['an empty list of rewards', { rewards: [] }, '/reward_model/rewards', /a list of at least 1/],
    ['a weight of 0', { rewards: [{ verifier: 'a', weight: 0 }] }, '/reward_model/rewards/0/weight', /is 0; allowed: a number > 0/],
  ])('refuses %s with pointer, value and remedy', (_, changes, pointer, message) => {
    const fault = faultOf(withReward(changes), 'train.jsonl:3');
    expect(fault).toMatchObject({ code: 'invalid_sample', pointer, location: 'train.jsonl:3' });
    expect(fault.message).toMatch(message);
    expect(fault.message.startsWith('train.jsonl:3: ')).toBe(true);
  });

  it.each([[3], [3.5], [['3', 'three']], [{ a: 1, b: 'x' }], [[{ bbox_2d: [1, 2, 3, 4], label: 'cat' }]], [[]], [false]])(
    'takes the ground truth %j as it is, as a reward request does',
    (truth) => {
      expect(parseSample(withReward({ ground_truth: truth, answer: truth })).reward_model).toMatchObject({
        ground_truth: truth,
        answer: truth,
      });
    },
  );

  it('reads parameters that are JSON text', () => {
    const rewards = [{ verifier: 'a', verifier_parm: '{"b": [1]}' }];
    expect(parseSample(withReward({ verifier_parm: ' {"iou_threshold": 0.5} ', rewards })).reward_model).toMatchObject({
      verifier_parm: { iou_threshold: 0.5 },
      rewards: [{ verifier: 'a', verifier_parm: { b: [1] } }],
    });
  });

  it('reads an image that is a text as its path', () => {
    const prompt = [{ role: 'user', content: '<image><image>Which?' }];
    const written = { ...exampleSample(), images: ['a.png', { path: 'b.png' }], prompt };
    expect(parseSample(written).images).toEqual([{ path: 'a.png' }, { path: 'b.png' }]);
    expect(isSample(written)).toBe(false);
    expect(() => parseSample({ ...written, images: ['a.png', 7] })).toThrow('/images/1 is 7');
  });

  it('names the field that a misspelled key probably means', () => {
    expect(faultOf(withReward({ verifier_parm: undefined, verifier_params: {} })).message).toContain('did you mean "verifier_parm"?');
    const { data_source: source, ...rest } = exampleSample();
    expect(faultOf({ ...rest, data_sorce: source })).toMatchObject({ code: 'unknown_key', pointer: '/data_sorce' });
    expect(faultOf({ ...exampleSample(), prompt: [{ role: 'user', contents: '<image>' }] }).message).toContain('did you mean "content"?');
  });

  it('refuses image marks that do not fit the images, and images without content', () => {
    expect(faultOf(exampleSample({ images: [] }))).toMatchObject({ code: 'image_mismatch', pointer: '/prompt' });
    expect(faultOf(exampleSample({ images: [{}] }))).toMatchObject({ code: 'image_mismatch', pointer: '/images/0' });
    expect(faultOf({ ...exampleSample(), images: [{ bytes: 'no base64!' }] })).toMatchObject({
      code: 'invalid_sample',
      pointer: '/images/0/bytes',
    });
  });

  it('refuses a sample that nobody scores, and one with neither id nor default', () => {
    expect(faultOf(withReward({ verifier: undefined })).code).toBe('missing_verifier');
    expect(faultOf({ ...exampleSample(), extra_info: {} })).toMatchObject({ code: 'invalid_sample', pointer: '/extra_info/id' });
  });

  it.each([[null], [undefined], [3], ['x'], [[]], [new Uint8Array(2)]])('refuses %j, which is no object', (value) => {
    expect(faultOf(value).code).toBe('invalid_sample');
  });

  it('fails only with FormatError, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('data_source', 'images', 'prompt', 'reward_model', 'extra_info', 'id', 'x'), maxDepth: 4 }),
        (value) => {
          expect(() => parseSample(value)).toThrow(FormatError);
        },
      ),
    );
  });

  it('does not change its input', () => {
    const json = toSampleJson(exampleSample());
    const before = structuredClone(json);
    parseSample(json);
    expect(json).toEqual(before);
  });

  it('brings any bytes and texts through JSON unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), fc.string({ unit: 'grapheme' }), (images, text) => {
        fc.pre(countImageMarks([{ role: 'user', content: text }]) === 0);
        const sample = exampleSample({
          images: images.map((bytes) => ({ bytes })),
          prompt: [{ role: 'user', content: '<image>'.repeat(images.length) + text }],
        });
        expect(parseSample(JSON.parse(JSON.stringify(toSampleJson(sample))))).toEqual(sample);
      }),
    );
  });
});

describe('isSample', () => {
  it('is true in memory only', () => {
    expect(isSample(exampleSample())).toBe(true);
    expect(isSample(toSampleJson(exampleSample()))).toBe(false);
    expect(isSample({ ...exampleSample(), extra_info: { id: 7 } })).toBe(false);
    expect(isSample({ ...exampleSample(), ability: undefined })).toBe(false);
    expect(isSample('x')).toBe(false);
  });
});
