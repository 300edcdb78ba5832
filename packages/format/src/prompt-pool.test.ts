import { describe, expect, it } from 'vitest';
import { exampleSample } from '../test/example-sample.ts';
import { applyPromptPool, promptKindOf } from './prompt-pool.ts';
import { ASKED_POOL, PERCEPTION_POOL, REASONING_POOL } from './prompt-pool-data.ts';
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

  it('asks for the format that the verifier reads, and for nothing else, where it is told to', () => {
    const places = [
      ['detection', undefined, ASKED_POOL.boxes],
      ['mathverify', undefined, ASKED_POOL.boxed],
      ['mathverify', 'any', ASKED_POOL.boxed],
      ['text', 'boxed', ASKED_POOL.boxed],
      ['text', 'answer_tag', ASKED_POOL.answer_tag],
      ['text', 'last_line', ASKED_POOL.last_line],
    ] as const;
    for (const [verifier, answer_format, wordings] of places) {
      const verifier_parm = answer_format === undefined ? {} : { answer_format };
      const seen = new Set(
        Array.from({ length: 300 }, (_, id) => {
          const sample = numbered(id, { reward_model: { ground_truth: 'x', verifier, verifier_parm } });
          return lastContent(applyPromptPool(sample, { seed: 0, kind: 'asked' }))
            .split('\n\n')
            .at(-1);
        }),
      );
      expect(seen).toEqual(new Set(wordings));
    }
  });

  it('asks for boxes in tags where the verifier reads them there', () => {
    const reward_model = { ground_truth: '[]', verifier: 'detection', verifier_parm: { answer_format: 'answer_tag' } };
    const words = lastContent(applyPromptPool(numbered(1, { reward_model }), { seed: 0, kind: 'asked' }));
    expect(words).toMatch(/JSON.* Put it between <answer> and <\/answer>\.$/);
  });

  it.each(['json', 'last_line'])('refuses thinking where the verifier reads the answer elsewhere: %s', (answer_format) => {
    const sample = numbered(1, { reward_model: { ground_truth: '[]', verifier: 'detection', verifier_parm: { answer_format } } });
    expect(() => applyPromptPool(sample, { seed: 1 })).toThrow(/make it "answer_tag" or "any", or use the kind "asked"/);
    expect(lastContent(applyPromptPool(sample, { seed: 1, kind: 'asked' }))).toContain('JSON');
  });

  it('finds other words for a sample that is drawn again, and the same for the same draw', () => {
    const words = (draw: number): string => lastContent(applyPromptPool(numbered(1), { seed: 5, draw }));
    expect(words(3)).toBe(words(3));
    expect(new Set(Array.from({ length: 50 }, (_, draw) => words(draw))).size).toBeGreaterThan(20);
  });

  it.each(['<think>', '<answer>', '\\boxed{}', '{"bbox_2d": []}'])('refuses a question that asks for a format already: %s', (mark) => {
    const sample = numbered(1, { images: [], prompt: [{ role: 'user', content: `How many? Use ${mark}.` }] });
    expect(() => applyPromptPool(sample, { seed: 1 })).toThrow(/asks for a format already, it has "/);
  });

  it('refuses to ask twice', () => {
    const once = applyPromptPool(numbered(1), { seed: 1 });
    expect(() => applyPromptPool(once, { seed: 1 })).toThrow(/take the instruction out or use the prompt as it is/);
  });

  it('needs a user message', () => {
    const sample = numbered(1, { images: [], prompt: [{ role: 'system', content: 'Be brief.' }] });
    expect(() => applyPromptPool(sample, { seed: 1 })).toThrow(/no user message \(roles: system\)/);
  });
});
