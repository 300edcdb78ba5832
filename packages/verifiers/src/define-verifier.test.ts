import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { defineVerifier } from './define-verifier.ts';
import { VerifierError } from './errors.ts';

const parameters = Type.Object({ factor: Type.Optional(Type.Number({ minimum: 0 })) }, { additionalProperties: false });
const length = defineVerifier({
  name: 'length',
  description: 'Pays a response as long as asked.',
  parameters,
  groundTruth: (raw) => {
    if (typeof raw !== 'number') throw new VerifierError('invalid_ground_truth', `Ground truth is ${String(raw)}. It must be a number.`);
    return raw;
  },
  verify: ({ response, groundTruth, parameters: { factor = 1 } }) => ({
    accuracy: response.length === groundTruth * factor ? 1 : 0,
    format: 1,
  }),
});
function verify(given: unknown, groundTruth: unknown = 2) {
  return length.verify({ response: 'abcd', groundTruth, parameters: given, split: 'train', images: [] });
}

describe('defineVerifier', () => {
  it('gives a plain frozen object', () => {
    expect(Object.isFrozen(length)).toBe(true);
    expect(Object.getPrototypeOf(length)).toBe(Object.prototype);
    expect(length).toMatchObject({ name: 'length', components: [], metrics: [] });
  });

  it('reads parameters: absent, null, and the nulls of parquet structs', () => {
    expect(verify({ factor: 2 })).toMatchObject({ accuracy: 1 });
    expect(verify('{"factor": 2}')).toMatchObject({ accuracy: 1 });
    expect(() => verify('{"factor": ')).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    for (const none of [undefined, null, {}, { factor: null }]) expect(verify(none, 4)).toMatchObject({ accuracy: 1 });
  });

  it('does not see what the published data gives every sample', () => {
    expect(
      verify({ factor: 2, det_verifier_normalized: true, det_reward_ratio: { map: 1 }, is_training: true, coordinate_space: 'norm_1' }),
    ).toMatchObject({ accuracy: 1 });
  });

  it('refuses parameters outside of the schema, naming what it knows', () => {
    expect(() => verify({ factr: 2 })).toThrow('verifier_parm must NOT have additional properties ("factr"). It knows: factor.');
    expect(() => verify({ factor: -1 })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(() => verify([2])).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(() => verify({}, 'two')).toThrow(expect.objectContaining({ code: 'invalid_ground_truth' }));
  });

  it('refuses what is no verifier', () => {
    const whole = { name: 'x', description: '', parameters, groundTruth: () => 1, verify: () => ({ accuracy: 0, format: 0 }) };
    expect(() => defineVerifier({ ...whole, name: 'My Verifier' })).toThrow(expect.objectContaining({ code: 'invalid_definition' }));
    expect(() => defineVerifier({ ...whole, parameters: Type.Object({ a: Type.String({ pattern: '(' }) }) })).toThrow(
      expect.objectContaining({ code: 'invalid_definition' }),
    );
    expect(() => defineVerifier({ ...whole, verify: undefined as never })).toThrow('needs the functions');
  });
});
