import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { RewardResult, type RewardRequest } from './contract.ts';
import { builtins } from './builtins/builtins.ts';
import { defineVerifier } from './define-verifier.ts';
import { createRegistry } from './registry.ts';
import { score } from './score.ts';

function request(changes: Partial<RewardRequest> = {}): RewardRequest {
  return {
    id: 'a',
    data_source: 'count',
    verifier: 'counting',
    response: '\\boxed{7}',
    ground_truth: '7',
    ...changes,
  };
}

function codeOf(result: RewardResult | undefined): string {
  return result?.status === 'failed' ? result.error.code : `${result?.status}`;
}
function messageOf(result: RewardResult | undefined): string {
  return result?.status === 'failed' ? result.error.message : '';
}
function rewardOf(result: RewardResult | undefined): number {
  return result?.status === 'scored' ? result.reward : Number.NaN;
}

function broken(name: string, outcome: () => unknown) {
  return defineVerifier({
    name,
    description: 'Misbehaves.',
    parameters: Type.Object({}),
    metrics: ['seen'],
    groundTruth: (raw) => raw,
    verify: () => outcome() as { accuracy: number; format: number },
  });
}

describe('score', () => {
  it('keeps the order, isolates bad items and says what is wrong with each', async () => {
    const { ground_truth: _left, ...incomplete } = request({ id: 'incomplete' });
    const results = await score([
      request(),
      incomplete as RewardRequest,
      null as unknown as RewardRequest,
      request({ id: 'unknown', verifier: 'countng' }),
      request({ id: 'parameters', verifier_parm: { off_bye: 1 } }),
      request({ id: 'truth', ground_truth: 'many' }),
      request({ id: 'wrong', response: '\\boxed{8}' }),
    ]);
    expect(results.map(codeOf)).toEqual([
      'scored',
      'invalid_request',
      'invalid_request',
      'unknown_verifier',
      'invalid_parameters',
      'invalid_ground_truth',
      'scored',
    ]);
    expect(results.map(({ id }) => id)).toEqual(['a', 'incomplete', '#2', 'unknown', 'parameters', 'truth', 'wrong']);
    expect(messageOf(results[1])).toContain('ground_truth');
    expect(messageOf(results[3])).toContain('Known: mathverify, detection, grounding');
    expect(messageOf(results[4])).toContain('off_bye');
    expect(messageOf(results[4])).toContain('It knows: answer_format, off_by');
    expect(rewardOf(results[6])).toBe(0);
  });

  it('returns what its published schema says', async () => {
    const accepts = new Ajv({ strict: false }).compile(RewardResult);
    const results = await score([request(), request({ verifier: 'nothing' })]);
    expect(results.map((result) => accepts(result))).toEqual([true, true]);
  });

  it('mixes accuracy and format by their ratios, 1 and 0 when absent', async () => {
    const wrongValue = request({ response: '\\boxed{8}' });
    const results = await score([
      wrongValue,
      { ...wrongValue, format_ratio: 1 },
      { ...wrongValue, accuracy_ratio: 0.9, format_ratio: 0.1 },
      { ...request(), accuracy_ratio: 1, format_ratio: 0.5 },
      { ...request(), accuracy_ratio: 0 },
    ]);
    expect(results.slice(0, 4).map(rewardOf)).toEqual([0, 0.5, 0.1, 1]);
    expect(codeOf(results[4])).toBe('invalid_request');
  });

  it('keeps the shares of ratios and weights near the largest number', async () => {
    const huge = { verifier: 'counting', weight: 1.7e308 };
    const results = await score([
      request({ accuracy_ratio: 1e308, format_ratio: 1e308 }),
      request({ rewards: [huge, { ...huge, name: 'wrong', ground_truth: '8' }] }),
    ]);
    expect(results.map(rewardOf)).toEqual([1, 0.5]);
  });

  it('refuses ratios, weights and parameters that are not finite, such as the 1e999 of a JSON text', async () => {
    const infinite = JSON.parse('1e999') as number;
    const results = await score([
      request({ accuracy_ratio: infinite }),
      request({ format_ratio: infinite }),
      request({ format_ratio: NaN }),
      request({ rewards: [{ verifier: 'counting', weight: infinite }] }),
      request({ verifier: 'numeric', ground_truth: '7', verifier_parm: { relative_tolerance: infinite } }),
    ]);
    expect(results.slice(0, 4).map(codeOf)).toEqual(Array(4).fill('invalid_request'));
    expect(codeOf(results[4])).toBe('invalid_parameters');
  });

  it('adds several verifiers by weight, prefixes their parts, and fails when one fails', async () => {
    const rewards = [
      { verifier: 'counting', weight: 3 },
      { verifier: 'format', name: 'tags' },
    ];
    const [scored, failed, twice] = await score([
      request({ rewards }),
      request({ rewards: [...rewards, { verifier: 'ocr', ground_truth: '' }] }),
      request({ rewards: [...rewards, { verifier: 'counting' }] }),
    ]);
    expect(rewardOf(scored)).toBe(0.75);
    expect(scored).toMatchObject({
      components: { 'counting/accuracy': 1, 'tags/accuracy': 0 },
      metrics: { 'counting/exact': 1, 'tags/tags': 0 },
    });
    expect(codeOf(failed)).toBe('invalid_ground_truth');
    expect(codeOf(twice)).toBe('invalid_request');
  });

  it('turns a verifier that misbehaves into a failure, never into a reward of 0', async () => {
    const registry = createRegistry([
      broken('throws', () => {
        throw new TypeError('boom');
      }),
      broken('too-high', () => ({ accuracy: 1.5, format: 0, metrics: { seen: 1 } })),
      broken('not-a-number', () => ({ accuracy: Number.NaN, format: 0, metrics: { seen: 1 } })),
      broken('other-keys', () => ({ accuracy: 1, format: 0, metrics: { sen: 1 } })),
      broken('no-keys', () => ({ accuracy: 1, format: 0 })),
      broken('infinite', () => ({ accuracy: 1, format: 0, metrics: { seen: Infinity } })),
      broken('fine', () => Promise.resolve({ accuracy: 1, format: 0, metrics: { seen: 1 } })),
    ]);
    const results = await score(
      registry.names.map((verifier) => request({ verifier })),
      { registry },
    );
    expect(results.map(codeOf)).toEqual([...Array.from({ length: 6 }, () => 'verifier_error'), 'scored']);
    expect(messageOf(results[0])).toBe('boom');
  });

  it('gives the same keys for every response to one verifier', async () => {
    const truths: Record<string, unknown> = {
      detection: '[{"bbox_2d":[1,2,3,4],"label":"a"}]',
      grounding: [1, 2, 3, 4],
      click: [1, 2, 3, 4],
      json: { a: 1 },
    };
    for (const { name } of builtins) {
      const responses = ['', '7', '\\boxed{7}', '[{"bbox_2d":[1,2,3,4],"label":"a"}]', '{"a":1}', '<answer>(1, 2)</answer>'];
      const results = await score(
        responses.map((response) =>
          request({ verifier: name, response, ground_truth: truths[name] ?? '7', progress: { step: 1, total_steps: 2 } }),
        ),
      );
      const keys = results.map((result) =>
        result.status === 'scored' ? [...Object.keys(result.components), ...Object.keys(result.metrics)].join() : result.error.message,
      );
      expect(new Set(keys).size, `${name}: ${keys[0]}`).toBe(1);
    }
  });

  it('tells a verifier what happened on the way to the response', async () => {
    const thrifty = defineVerifier({
      name: 'thrifty',
      description: 'Pays less for each call of a tool.',
      parameters: Type.Object({}),
      groundTruth: String,
      verify: ({ response, groundTruth, trajectory }) => ({
        accuracy: response === groundTruth ? 1 / (1 + (trajectory?.tool_calls ?? 0)) : 0,
        format: 1,
      }),
    });
    const request = { id: '1', data_source: 's', verifier: 'thrifty', response: 'a cat', ground_truth: 'a cat' };
    const trajectory = { tool_calls: 3, tool_errors: 1, turns: [{ role: 'assistant' as const, text: 'a cat' }] };
    const results = await score([request, { ...request, trajectory }, { ...request, trajectory: { ...trajectory, tool_calls: -1 } }], {
      registry: createRegistry([thrifty]),
    });
    expect(results).toMatchObject([{ reward: 1 }, { reward: 0.25 }, { status: 'failed', error: { code: 'invalid_request' } }]);
  });

  it('measures with the clock it is given', async () => {
    let time = 0;
    const [result] = await score([request()], { now: () => (time += 5) });
    expect(result).toMatchObject({ elapsed_ms: 5 });
  });
});

it('pays 1 for an answer that is right in everything, whatever the ratios', async () => {
  const wrong: unknown[] = [];
  for (const accuracy_ratio of [0.9, 1, 0.7, 3, 1e308]) {
    for (const format_ratio of [0.1, 0, 0.3, 1 / 3, 1e308]) {
      const request = {
        id: 'a',
        data_source: 's',
        verifier: 'mathverify',
        response: '\\boxed{7}',
        ground_truth: '7',
        accuracy_ratio,
        format_ratio,
      };
      const [result] = await score([{ ...request, verifier_parm: { answer_format: 'boxed' } }]);
      if (result?.status !== 'scored' || result.reward < 1 - 1e-12) wrong.push([accuracy_ratio, format_ratio, result]);
    }
  }
  expect(wrong).toEqual([]);
});
