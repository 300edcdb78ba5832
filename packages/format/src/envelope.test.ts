import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { envelopeOf, readEnvelope, writeEnvelope, type Envelope } from './envelope.ts';

const envelope: Envelope = {
  data_source: 'cats',
  verifier: 'mathverify',
  ground_truth: '\\boxed{4}',
  accuracy_ratio: 0.9,
  format_ratio: 0.1,
};

describe('the envelope', () => {
  it('comes back from its text, and from the object of a trainer that parses labels', () => {
    expect(readEnvelope(writeEnvelope(envelope))).toEqual(envelope);
    expect(readEnvelope(JSON.parse(writeEnvelope(envelope)))).toEqual(envelope);
  });

  it('holds what a sample says about its reward', () => {
    const sample = exampleSample();
    const { style: _style, ...rewardModel } = sample.reward_model;
    expect(readEnvelope(writeEnvelope(envelopeOf(sample)))).toEqual({ id: 'cats-1', split: 'train', data_source: 'cats', ...rewardModel });
  });

  it.each([
    ['4'],
    [''],
    ['\\boxed{4}'],
    ['{x : x > 0}'],
    ['[{"bbox_2d": [1, 2, 3, 4], "label": "cat"}]'],
    ['{"label": "cat"}'],
    ['{"ground_truth": "4"}'],
    [null],
    [4],
  ])('is not seen in the bare label %j', (label) => {
    expect(readEnvelope(label)).toBeUndefined();
  });

  it('is refused where it is meant but wrong', () => {
    expect(() => readEnvelope('{"ground_truth": "4", "data_source": "x"}')).toThrow(/names no verifier/);
    expect(() => readEnvelope('{"ground_truth": "4", "verifier": "mathverify"}')).toThrow(/data_source is missing/);
    expect(() => writeEnvelope({ ...envelope, accuracy_ratio: -3 })).toThrow(/accuracy_ratio is -3/);
  });
});
