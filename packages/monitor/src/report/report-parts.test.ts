import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rollout } from '../../test/example-rollout.ts';
import { compareEvaluations } from './compare.ts';
import { estimate, estimateDifference } from './confidence.ts';
import { html } from './markup.ts';

const golden = JSON.parse(readFileSync(new URL('../../test/fixtures/confidence.json', import.meta.url), 'utf8')) as {
  intervals: { values: number[]; mean: number; margin: number }[];
  welch: { before: number[]; after: number[]; mean: number; margin: number }[];
};

describe('confidence intervals', () => {
  it.each(golden.intervals)('of $values.length values are those of SciPy', ({ values, mean, margin }) => {
    const found = estimate(values);
    expect(found?.mean).toBeCloseTo(mean, 12);
    // The expansion of the quantile is within 0.3 % from three degrees of freedom on.
    expect(Math.abs((found?.margin ?? NaN) / margin - 1)).toBeLessThan(0.003);
  });

  it.each(golden.welch)('of a difference are those of SciPy (Welch)', ({ before, after, mean, margin }) => {
    const found = estimateDifference(before, after);
    expect(found?.mean).toBeCloseTo(mean, 12);
    expect(Math.abs((found?.margin ?? NaN) / margin - 1)).toBeLessThan(0.003);
  });

  it('are missing for one value, and of nothing there is no mean', () => {
    expect(estimate([2])).toEqual({ mean: 2, margin: undefined, count: 1 });
    expect(estimate([])).toBeUndefined();
  });
});

describe('compareEvaluations', () => {
  const scored = (sample: string, reward: number, source = 's') =>
    ({
      ...rollout({ sample, source }),
      result: { ...rollout({}).result, status: 'scored', reward, components: {}, metrics: {} },
    }) as ReturnType<typeof rollout>;

  it('compares the same samples in pairs, the mean of several responses each', () => {
    const before = [scored('a', 0), scored('a', 1), scored('b', 0)];
    const after = [scored('b', 1), scored('a', 1)];
    const [all] = compareEvaluations(before, after);
    expect(all).toMatchObject({
      source: 'all',
      paired: true,
      before: { mean: 0.25 },
      after: { mean: 1 },
      difference: { mean: 0.75, count: 2 },
    });
  });

  it('leaves failures out of the means, and compares means where no sample is shared', () => {
    const failed = {
      ...scored('c', 0),
      result: { id: 'c', data_source: 's', verifier: 'v', status: 'failed', error: { code: 'timeout', message: '' } },
    } as ReturnType<typeof rollout>;
    const [all] = compareEvaluations([scored('a', 0), scored('b', 1), failed], [scored('x', 1), scored('y', 1)]);
    expect(all).toMatchObject({ paired: false, before: { mean: 0.5, count: 2 }, difference: { mean: 0.5 } });
  });
});

describe('html', () => {
  it('takes what is filled in as text, also within attributes, and markup as it is', () => {
    const hostile = `<img src=x onerror="alert(1)">'&\u0000`;
    expect(html`<p title="${hostile}">${hostile}${[html`<b>ok</b>`, 3, undefined]}</p>`.markup).toBe(
      '<p title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;">&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;<b>ok</b>3</p>',
    );
  });
});
