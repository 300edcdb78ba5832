import { describe, expect, it } from 'vitest';
import { rollout } from '../test/example-rollout.ts';
import { aggregate } from './aggregate.ts';
import { PAPER_ALIASES, paperAlias } from './paper-aliases.ts';

describe('paperAlias', () => {
  it.each([
    ['reward/accuracy', 'coco/2017', 'rews_accuracy_reward/coco_2017'],
    ['reward/total', 'math', 'rews_final_reward/math'],
    ['reward/format', 'all', 'rews/format_reward'],
    ['length/correct_mean', 'math', 'response_length_math/mean_correct_length'],
    ['length/mean', 'all', 'response_length/mean_length'],
    ['reflection/any', 'math', 'reflection_ratios_math/reflection_ratio'],
    ['group/zero_variance', 'math', undefined],
  ])('%s of %s is %s', (name, source, alias) => {
    expect(paperAlias({ name, source })).toBe(alias);
  });

  it('names metrics that exist', () => {
    const names = new Set(
      aggregate([rollout({ response: 'wait' }), rollout({ result: { ...rollout().result, components: { accuracy: 0 } } as never })]).map(
        ({ name }) => name,
      ),
    );
    for (const name of Object.keys(PAPER_ALIASES)) expect(names).toContain(name);
  });
});
