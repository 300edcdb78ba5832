// The suite must find each kind of violation; that good verifiers pass is shown beside the built-ins.
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { defineVerifier } from '../define-verifier.ts';
import { testVerifier } from '../testing.ts';
import type { Verifier, VerifierOutcome } from '../verifier.ts';
import { garbageText, mutateText, seededRandom } from './garbage.ts';

const examples = { accepts: [{ response: 'yes', ground_truth: 'yes' }], rejects: [{ response: 'no', ground_truth: 'yes' }] };

function verifier(verify: (response: string) => VerifierOutcome, gold?: () => string): Verifier {
  return defineVerifier({
    name: 'yes',
    description: 'Pays yes.',
    parameters: Type.Object({}),
    metrics: ['length'],
    groundTruth: (raw) => String(raw),
    verify: ({ response }) => verify(response),
    ...(gold === undefined ? {} : { gold }),
  });
}

function good(response: string): VerifierOutcome {
  return {
    accuracy: response === 'yes' ? 1 : 0,
    format: 1,
    metrics: { length: response.length },
  };
}

describe('testVerifier', () => {
  it('passes a verifier that keeps its contract', async () => {
    await expect(
      testVerifier(
        verifier(good, () => 'yes'),
        examples,
      ),
    ).resolves.toBeUndefined();
  });

  let calls = 0;
  it.each<[string, Verifier, string]>([
    ['a wrong verdict', verifier(() => ({ ...good(''), accuracy: 1 })), 'the accuracy 1, expected 0'],
    ['a gold answer below 1', verifier(good, () => 'no'), 'gives "no" for ground truth "yes" the accuracy 0'],
    ['a gold answer that throws', verifier(good, () => JSON.parse('')), 'cannot write a gold response'],
    ['a reward out of range', verifier((response) => ({ ...good(response), format: 2 })), 'returned format 2'],
    ['missing metrics', verifier((response) => ({ accuracy: good(response).accuracy, format: 1 })), '"length" is missing'],
    ['chance', verifier((response) => ({ ...good(response), metrics: { length: calls++ } })), 'two different outcomes'],
    ['a paid empty answer', verifier((response) => (response.trim() === '' ? good('yes') : good(response))), 'gives "" for ground truth'],
    ['a throw on nonsense', verifier((response) => (response.includes('}') ? JSON.parse('}') : good(response))), 'threw for'],
    ['a schema of no object', { ...verifier(good), parameters: Type.Unknown() }, 'accepts what is no object'],
    ['a schema that does not compile', { ...verifier(good), parameters: { type: 'nonsense' } }, 'does not compile'],
    ['no description', { ...verifier(good), description: ' ' }, 'has no description'],
    ['a metric declared twice', { ...verifier(good), metrics: ['length', 'length'] }, 'declares a name twice'],
  ])('finds %s', async (_what, broken, problem) => {
    const testing = testVerifier(broken, examples);
    await expect(testing).rejects.toMatchObject({ code: 'conformance' });
    await expect(testing).rejects.toThrow(problem);
  });

  it('wants examples', async () => {
    await expect(testVerifier(verifier(good), { accepts: [], rejects: [] })).rejects.toThrow('has no examples');
  });
});

describe('garbage', () => {
  it('is the same for one seed and differs between seeds', () => {
    const texts = (seed: number): string[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 50 }, () => `${garbageText(random)}|${mutateText('\\boxed{42}', random)}`);
    };
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
    expect(new Set(texts(1)).size).toBeGreaterThan(45);
  });
});
