import { describe, expect, it } from 'vitest';
import { accuracy } from '../../test/accuracy.ts';
import { json } from './json.ts';

describe('json', () => {
  it('weighs fields, compares deeply and keeps __proto__ out of it', async () => {
    const question = { truth: '{"a": {"b": [1, "Two"]}, "c": true}', parameters: { fields: { a: 3, c: 1 } } };
    expect(await accuracy(json, question, "{'a': {'b': [1, 'two.']}, 'c': True}")).toBe(1);
    expect(await accuracy(json, question, '{"a": {"b": [1, "Two"]}, "c": false}')).toBe(0.75);
    expect(await accuracy(json, question, '{"a": {"b": [1, "Two", 3]}, "c": true}')).toBe(0.25);
    expect(await accuracy(json, question, '{"__proto__": {"a": {"b": [1, "Two"]}, "c": true}}')).toBe(0);
    expect(await accuracy(json, { truth: [1, 2, 3], parameters: { match: 'exact' } }, '[1, 2, "3"]')).toBeCloseTo(2 / 3, 12);
  });

  it('refuses a schema that does not compile and fields the ground truth lacks', () => {
    const verify = (parameters: unknown) => () =>
      json.verify({ response: '{"a": 1}', groundTruth: { a: 1 }, parameters, split: 'train', images: [] });
    expect(verify({ schema: { type: 'nonsense' } })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(verify({ fields: { b: 1 } })).toThrow('"fields" may weigh: a');
  });
});
