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

  it('counts further items of an array as wrong, and pays nothing for an empty answer', async () => {
    expect(await accuracy(json, { truth: [1, 2] }, '[1, 2, 3, 4]')).toBe(0.5);
    expect(await accuracy(json, { truth: { a: 1 } }, '{"a": 1, "b": 2}')).toBe(1);
    const empty = await json.verify({ response: '{}', groundTruth: { a: 1 }, parameters: {}, split: 'train', images: [] });
    expect(empty).toMatchObject({ accuracy: 0, format: 0 });
  });

  it('refuses a schema that does not compile and fields the ground truth lacks', () => {
    const verify = (parameters: unknown) => () =>
      json.verify({ response: '{"a": 1}', groundTruth: { a: 1 }, parameters, split: 'train', images: [] });
    expect(verify({ schema: { type: 'nonsense' } })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(verify({ fields: { b: 1 } })).toThrow('"fields" may weigh: a');
  });
});
