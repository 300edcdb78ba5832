import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { applyPromptPool, promptKindOf } from './prompt-pool.ts';
import { PERCEPTION_POOL, REASONING_POOL } from './prompt-pool-data.ts';
import type { Sample } from './sample.ts';

function numbered(id: number, changes: Partial<Sample> = {}): Sample {
  return exampleSample({ extra_info: { id: `s${id}` }, ...changes });
}
function lastContent(sample: Sample): string {
  return sample.prompt[sample.prompt.length - 1]?.content ?? '';
}

describe('applyPromptPool', () => {
  it('is determined by seed and id, and by nothing else', () => {
    const first = applyPromptPool(numbered(1), { seed: 5 });
    expect(applyPromptPool(numbered(1), { seed: 5 })).toEqual(first);
    const seeds = new Set(Array.from({ length: 50 }, (_, seed) => lastContent(applyPromptPool(numbered(1), { seed }))));
    expect(seeds.size).toBeGreaterThan(20);
  });

  it('uses all hundred wordings', () => {
    const seen = new Set(Array.from({ length: 2000 }, (_, id) => lastContent(applyPromptPool(numbered(id), { seed: 0 }))));
    expect(seen.size).toBe(100);
  });

  it('keeps question and images, changes the last user message only, and leaves its input alone', () => {
    const sample = numbered(1, {
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: '<image>How many?' },
        { role: 'assistant', content: 'Many.' },
      ],
    });
    const before = structuredClone(sample);
    const asked = applyPromptPool(sample, { seed: 1 });
    expect(asked.prompt[1]?.content.startsWith('<image>How many?\n\n')).toBe(true);
    expect([asked.prompt[0], asked.prompt[2]]).toEqual([sample.prompt[0], sample.prompt[2]]);
    expect(sample).toEqual(before);
  });

  it('asks for boxes where boxes are scored, for \\boxed{} elsewhere, and for what it is told to', () => {
    const counting = numbered(1, { reward_model: { ground_truth: '3', verifier: 'counting' } });
    expect([promptKindOf(numbered(1)), promptKindOf(counting)]).toEqual(['perception', 'reasoning']);
    expect(lastContent(applyPromptPool(numbered(1), { seed: 1 }))).toContain(PERCEPTION_POOL.layout);
    expect(lastContent(applyPromptPool(counting, { seed: 1 }))).toContain(REASONING_POOL.layout);
    expect(lastContent(applyPromptPool(counting, { seed: 1, kind: 'perception' }))).toContain('bbox_2d');
  });

  it('needs a user message', () => {
    const sample = numbered(1, { images: [], prompt: [{ role: 'system', content: 'Be brief.' }] });
    expect(() => applyPromptPool(sample, { seed: 1 })).toThrow(/no user message \(roles: system\)/);
  });
});
