import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracy, failed, rollout, scored } from '../test/example-rollout.ts';
import { aggregate, createAggregator } from './aggregate.ts';
import { parseMetricRecord, type MetricRecord, type RolloutRecord } from './record.ts';
import { REFLECTION_WORDS } from './reflection.ts';

function valuesOf(rollouts: readonly RolloutRecord[], source = 'all'): Record<string, number> {
  return Object.fromEntries(
    aggregate(rollouts)
      .filter((record) => record.source === source)
      .map(({ name, value }) => [name, value]),
  );
}

describe('aggregate', () => {
  it('gives nothing for nothing', () => {
    expect(aggregate([])).toEqual([]);
  });

  it('keeps sources apart, and weighs `all` by rollouts', () => {
    const rollouts = [rollout({ result: accuracy(1) }), rollout({ result: accuracy(0) }), rollout({ source: 'cats', result: accuracy(1) })];
    expect(valuesOf(rollouts, 'math')['reward/accuracy']).toBe(0.5);
    expect(valuesOf(rollouts, 'cats')['reward/accuracy']).toBe(1);
    expect(valuesOf(rollouts)['reward/total']).toBeCloseTo(2 / 3, 12);
    expect([...new Set(aggregate(rollouts).map(({ source }) => source))]).toEqual(['all', 'cats', 'math']);
  });

  it('keeps runs, steps and splits apart; the split left out is train', () => {
    const rollouts = [rollout(), rollout({ step: 2 }), rollout({ split: 'test' }), rollout({ split: 'train' })];
    const parts = aggregate(rollouts).filter(({ name, source }) => name === 'reward/scored' && source === 'all');
    expect(parts.map(({ step, split, value }) => [step, split, value])).toEqual([
      [1, 'train', 2],
      [2, 'train', 1],
      [1, 'test', 1],
    ]);
  });

  it('counts failures and leaves them out of every mean of rewards', () => {
    const values = valuesOf([
      rollout({ result: accuracy(1) }),
      rollout({ result: failed }),
      rollout({ result: failed }),
      rollout({ result: accuracy(0) }),
    ]);
    expect(values).toMatchObject({
      'reward/total': 0.5,
      'reward/scored': 2,
      'reward/failed': 2,
      'reward/failed_rate': 0.5,
      'length/mean': 10,
    });
  });

  it('has no reward at all where everything failed', () => {
    const values = valuesOf([rollout({ result: failed })]);
    expect(values).toMatchObject({ 'reward/failed': 1, 'reward/failed_rate': 1, 'reward/scored': 0, 'length/mean': 10 });
    for (const name of ['reward/total', 'reward/accuracy', 'length/correct_mean', 'group/zero_variance', 'reflection/any_in_correct']) {
      expect(values).not.toHaveProperty(name);
    }
  });

  it('measures lengths of right and wrong responses, as far as they are known', () => {
    const values = valuesOf([
      rollout({ response_tokens: 10, result: accuracy(1) }),
      rollout({ response_tokens: 30, truncated: true, result: accuracy(0) }),
      rollout({ response_tokens: 50, result: accuracy(0.5) }),
    ]);
    expect(values).toMatchObject({
      'length/mean': 30,
      'length/std': Math.sqrt(800 / 3),
      'length/max': 50,
      'length/truncated': 1 / 3,
      'length/correct_mean': 10,
      'length/wrong_mean': 40,
      'length/correct_truncated': 0,
      'length/wrong_truncated': 0.5,
    });
    const { response_tokens: _tokens, truncated: _truncated, ...unknown } = rollout();
    expect(Object.keys(valuesOf([unknown])).filter((name) => name.startsWith('length/'))).toEqual([]);
  });

  it('counts the calls of tools and the turns of the policy, where it has tools', () => {
    const turns = [
      { role: 'assistant' as const, text: 'a call' },
      { role: 'tool' as const, text: 'an answer' },
      { role: 'assistant' as const, text: 'a cat' },
    ];
    const looked = rollout({ turns, tool_calls: 2, tool_errors: 1 });
    const guessed = rollout({ turns: turns.slice(2), tool_calls: 0, tool_errors: 0 });
    expect(valuesOf([looked, guessed])).toMatchObject({ 'tool/calls': 1, 'tool/errors': 0.5, 'length/turns': 1.5 });
    for (const name of ['tool/calls', 'tool/errors', 'length/turns']) expect(valuesOf([rollout()])).not.toHaveProperty(name);
  });

  it('follows the fifteen reflection words, and whether they help', () => {
    expect(REFLECTION_WORDS).toHaveLength(15);
    const values = valuesOf([
      rollout({ response: 'Wait, let me RE-CHECK.', result: accuracy(1) }),
      rollout({ response: 'Wait.', result: accuracy(0) }),
      rollout({ response: '4', result: accuracy(1) }),
      rollout({ response: '5', result: accuracy(1) }),
    ]);
    expect(values).toMatchObject({
      'reflection/wait': 0.5,
      'reflection/re-check': 0.25,
      'reflection/verify': 0,
      'reflection/any': 0.5,
      'reflection/any_in_correct': 1 / 3,
      'reflection/any_in_wrong': 1,
      'reflection/correct_with': 0.5,
      'reflection/correct_without': 1,
    });
  });

  it('reports precision and recall at four thresholds under one name, other numbers of verifiers under their own', () => {
    const metrics = { iou_50_precision: 1, iou_99_recall: 0.5, mean_iou: 0.75 };
    const reference = { report_iou_50_label_match_precision: 0, report_iou_50_iou_match_precision: 0.25 };
    const values = valuesOf([rollout({ result: scored({ metrics }) }), rollout({ result: scored({ metrics: reference }) }), rollout()]);
    expect(values).toMatchObject({
      'detection/iou_50_precision': 0.5,
      'detection/iou_99_recall': 0.5,
      'verifier/mean_iou': 0.75,
      'verifier/report_iou_50_iou_match_precision': 0.25,
    });
    expect(Object.keys(values).filter((name) => name.startsWith('detection/'))).toHaveLength(2);
  });

  it('understands the prefixed names of several verifiers on one sample', () => {
    const result = (right: number) =>
      scored({ components: { 'a/accuracy': 1, 'b/accuracy': right }, metrics: { 'a/iou_75_recall': right } });
    const values = valuesOf([rollout({ result: result(1), response_tokens: 4 }), rollout({ result: result(0), response_tokens: 6 })]);
    expect(values).toMatchObject({
      'reward/b/accuracy': 0.5,
      'length/correct_mean': 4,
      'length/wrong_mean': 6,
      'detection/iou_75_recall': 0.5,
    });
  });

  it('gives the share of groups that teach nothing: all scores equal', () => {
    const group = (sample: string, rewards: readonly number[], source = 'math') =>
      rewards.map((reward) => rollout({ source, sample, result: accuracy(reward) }));
    const rollouts = [
      ...group('a', [1, 1]),
      ...group('b', [0, 1]),
      ...group('c', [0]),
      ...group('a', [1, 0], 'cats'),
      rollout({ sample: 'c', result: failed }),
    ];
    expect(valuesOf(rollouts)['group/zero_variance']).toBeCloseTo(1 / 3, 12);
    expect(valuesOf(rollouts, 'math')['group/zero_variance']).toBe(0.5);
    const twice = [rollout({ group: '1', result: accuracy(1) }), rollout({ group: '2', result: accuracy(0) })];
    expect(valuesOf(twice)).not.toHaveProperty('group/zero_variance');
  });

  it('gives pass@k and the share of groups that are all right, of groups whose answers are judged', () => {
    const group = (sample: string, rewards: readonly number[], source = 'math') =>
      rewards.map((reward) => rollout({ source, sample, result: accuracy(reward) }));
    const unjudged = [1, 0].map((reward) => rollout({ sample: 'e', result: scored({ reward, components: {} }) }));
    const rollouts = [...group('a', [1, 1]), ...group('b', [0, 1]), ...group('c', [0, 0]), ...group('d', [1]), ...unjudged];
    expect(valuesOf([...rollouts, ...group('a', [0, 0.5], 'cats')])).toMatchObject({ 'group/pass_at_k': 0.5, 'group/all_correct': 0.25 });
    expect(valuesOf(rollouts)['group/pass_at_k']).toBeCloseTo(2 / 3, 12);
    expect(valuesOf(unjudged)).not.toHaveProperty('group/pass_at_k');
  });

  it('counts failures by code, with a limit on the number of codes', () => {
    const scorer = { id: 's1', data_source: 'math', verifier: 'mathverify' };
    const error = (code: string) => rollout({ result: { ...scorer, status: 'failed', error: { code, message: 'm' } } });
    expect(valuesOf([error('timeout'), error('timeout'), error('crashed'), rollout()])).toMatchObject({
      'failure/timeout': 2,
      'failure/crashed': 1,
    });
    const many = valuesOf(Array.from({ length: 200 }, (_, index) => error(`code-${index}`)));
    expect(many['failure/other']).toBe(200 - 64);
  });

  it('gives the deviation of rewards and the time that scoring took', () => {
    const values = valuesOf([
      rollout({ result: { ...accuracy(1), elapsed_ms: 1 } }),
      rollout({ source: 'cats', result: { ...accuracy(0), elapsed_ms: 5 } }),
    ]);
    expect(values).toMatchObject({ 'reward/std': 0.5, 'latency/mean_ms': 3, 'latency/max_ms': 5 });
    const { elapsed_ms: _elapsed, ...untimed } = scored();
    expect(valuesOf([rollout({ result: untimed })])).not.toHaveProperty('latency/mean_ms');
  });

  it('does not let a component take the name of one of our counts', () => {
    const values = valuesOf([rollout({ result: scored({ reward: 1, components: { total: 0.5, failed: 0.25 } }) })]);
    expect(values).toMatchObject({ 'reward/total': 1, 'reward/failed': 0, 'reward/component/total': 0.5, 'reward/component/failed': 0.25 });
  });

  it('counts numbers that are not finite instead of averaging them', () => {
    const values = valuesOf([
      rollout({ result: scored({ reward: NaN }) }),
      rollout({ result: scored({ reward: 0.5, components: { accuracy: Infinity } }) }),
    ]);
    expect(values).toMatchObject({ 'reward/total': 0.5, 'reward/accuracy': 1, 'reward/non_finite': 2 });
  });
});

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(0, 1));
const anyRollout: fc.Arbitrary<RolloutRecord> = fc
  .record({
    source: fc.constantFrom('math', 'cats', 'a/b'),
    sample: fc.constantFrom('s1', 's2'),
    response: fc.string(),
    tokens: fc.option(fc.nat(500), { nil: undefined }),
    result: fc.oneof(
      fc.constant(failed),
      fc
        .record({
          reward: anyNumber,
          components: fc.dictionary(fc.constantFrom('accuracy', 'format', 'total'), anyNumber),
          metrics: fc.dictionary(fc.constantFrom('iou_50_recall', 'x'), anyNumber),
        })
        .map(scored),
    ),
  })
  .map(({ tokens, ...fields }) => rollout({ ...fields, ...(tokens === undefined ? {} : { response_tokens: tokens }) }));

describe('aggregate, for any rollouts', () => {
  it('gives valid records, each name once a source, and counts that add up', () => {
    fc.assert(
      fc.property(fc.array(anyRollout, { minLength: 1, maxLength: 12 }), (rollouts) => {
        const records = aggregate(rollouts);
        for (const record of records) parseMetricRecord(record);
        expect(new Set(records.map(({ source, name }) => `${source} ${name}`)).size).toBe(records.length);
        const all = valuesOf(rollouts);
        expect((all['reward/scored'] ?? NaN) + (all['reward/failed'] ?? NaN)).toBe(rollouts.length);
        const perSource = records
          .filter(({ source, name }) => source !== 'all' && name === 'reward/failed')
          .reduce((sum, { value }) => sum + value, 0);
        expect(perSource).toBe(all['reward/failed']);
      }),
    );
  });

  it('does not depend on the order of the rollouts', () => {
    fc.assert(
      fc.property(
        fc.array(
          anyRollout.filter(({ result }) => result.status === 'scored' && Number.isSafeInteger(result.reward)),
          { maxLength: 8 },
        ),
        (rollouts) => {
          const totals = (list: readonly RolloutRecord[]) =>
            aggregate(list).filter(({ name }) => ['reward/total', 'length/mean', 'reflection/any', 'group/zero_variance'].includes(name));
          expect(totals([...rollouts].reverse())).toEqual(totals(rollouts));
        },
      ),
    );
  });
});

describe('createAggregator', () => {
  it('gives what aggregate gives, whenever steps are taken out, and each record once', () => {
    const one = fc.record({
      step: fc.nat(3),
      source: fc.constantFrom('math', 'cats'),
      sample: fc.constantFrom('a', 'b'),
      right: fc.nat(1),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (drawn) => {
        const rollouts = drawn.map(({ right, ...given }) => rollout({ ...given, result: accuracy(right) })).sort((a, b) => a.step - b.step);
        const aggregator = createAggregator();
        const taken = rollouts.flatMap((next) => {
          const before = aggregator.take(next.step - 1);
          aggregator.add(next);
          return before;
        });
        expect([...taken, ...aggregator.take()]).toEqual(aggregate(rollouts));
        expect(aggregator.take()).toEqual([]);
      }),
    );
  });
});

describe('Aggregator.serialize and merge', () => {
  const inOne = (rollouts: readonly RolloutRecord[]) => {
    const aggregator = createAggregator();
    for (const one of rollouts) aggregator.add(one);
    return aggregator;
  };
  const byName = (records: readonly MetricRecord[]) =>
    Object.fromEntries(records.map(({ source, name, value }) => [`${source} ${name}`, Number(value.toPrecision(9))]));

  it('count in several processes what one would have counted, groups that they share included', () => {
    const tame = anyRollout.filter(({ result }) => result.status === 'failed' || Math.abs(result.reward) < 1e6);
    fc.assert(
      fc.property(fc.array(fc.tuple(tame, fc.nat(2)), { minLength: 1, maxLength: 20 }), (drawn) => {
        const processes = [0, 1, 2].map((process) => inOne(drawn.filter(([, owner]) => owner === process).map(([one]) => one)));
        const merged = createAggregator();
        for (const process of processes) merged.merge(process.serialize());
        expect(byName(merged.take())).toEqual(byName(aggregate(drawn.map(([one]) => one))));
      }),
    );
  });

  it('keep what is serialized', () => {
    const aggregator = inOne([rollout()]);
    const text = aggregator.serialize();
    expect(aggregator.serialize()).toBe(text);
    expect(aggregator.take()).toEqual(aggregate([rollout()]));
  });

  it.each([
    ['', /merge: {2}is no JSON/],
    ['{"version":1,"parts":[]}', /merge: \/version must be equal to constant/],
    ['{"version":2,"parts":[{"run":"r","step":-1,"split":"train","sources":[]}]}', /merge: \/parts\/0\/step must be >= 0/],
    ['{"version":2,"parts":[{"run":"r","step":1,"split":"train","sources":[["math",{}]]}]}', /merge: .*must have required property/],
  ])('refuse %j', (text, message) => {
    expect(() => createAggregator().merge(text)).toThrow(message);
  });
});
