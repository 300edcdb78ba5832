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

  it.each([
    '{"status": "line one\nline two", "n": 3}',
    '{“status”: “line one line two”, “n”: 3}',
    '{status: "line one line two", /* three */ n: 3,}',
    '{"status": "line one line two", "n": 3} [see below]',
  ])('reads %j unless it must be strict', async (response) => {
    const truth = { status: 'line one line two', n: 3 };
    expect(await accuracy(json, { truth }, response)).toBe(1);
    const strict = await accuracy(json, { truth, parameters: { syntax: 'strict' } }, response);
    expect(strict).toBe(response.endsWith('below]') ? 1 : 0);
  });

  it('pays an empty ground truth for an empty answer of its kind', async () => {
    expect(await accuracy(json, { truth: {} }, '{}')).toBe(1);
    expect(await accuracy(json, { truth: '[]' }, '[]')).toBe(1);
    expect(await accuracy(json, { truth: {} }, '[]')).toBe(0);
    expect(await accuracy(json, { truth: [] }, '[1]')).toBe(0);
  });

  it('runs the patterns of a schema in linear time, and refuses what it cannot check at once', async () => {
    const pattern = (text: string) => ({ schema: { type: 'object', properties: { a: { type: 'string', pattern: text } } } });
    const response = JSON.stringify({ a: `${'a'.repeat(5000)}!` });
    const started = performance.now();
    expect(await accuracy(json, { truth: { a: 'x' }, parameters: pattern('^(a+)+$') }, response)).toBe(0);
    expect(performance.now() - started).toBeLessThan(500);
    for (const parameters of [pattern('^(?=a)a$'), { schema: { $async: true, type: 'object' } }])
      await expect(async () => accuracy(json, { truth: { a: 'x' }, parameters }, response)).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_parameters' }),
      );
  });

  it('keeps the shares of weights near the largest number', async () => {
    const parameters = { fields: { a: 1e308, b: 1e308 } };
    expect(await accuracy(json, { truth: { a: 1, b: 2 }, parameters }, '{"a": 1, "b": 2}')).toBe(1);
    expect(await accuracy(json, { truth: { a: 1, b: 2 }, parameters }, '{"a": 1, "b": 3}')).toBe(0.5);
  });
});
