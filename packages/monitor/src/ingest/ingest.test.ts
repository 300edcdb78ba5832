import { describe, expect, it } from 'vitest';
import { rollout } from '../../test/example-rollout.ts';
import { createMonitor } from '../monitor.ts';
import type { AlarmRecord, MetricRecord, RolloutRecord } from '../record.ts';
import { createIngest, type Ingest } from './ingest.ts';

interface Written {
  readonly metrics: MetricRecord[];
  readonly rollouts: RolloutRecord[];
  readonly alarms: AlarmRecord[];
}

function setUp(maxRuns = 2, openSteps = 2): { ingest: Ingest; runs: Map<string, Written> } {
  const runs = new Map<string, Written>();
  const open = (run: string) => {
    const written: Written = { metrics: [], rollouts: [], alarms: [] };
    runs.set(run, written);
    const sink = {
      name: 'memory',
      write: (records: readonly MetricRecord[]) => void written.metrics.push(...records),
      writeRollouts: (records: readonly RolloutRecord[]) => void written.rollouts.push(...records),
      writeAlarms: (records: readonly AlarmRecord[]) => void written.alarms.push(...records),
    };
    return createMonitor({ run, sinks: [sink] });
  };
  return { ingest: createIngest({ open, maxRuns, openSteps, now: () => 1_764_000_000 }), runs };
}

function lines(...records: readonly object[]): string {
  return records.map((record) => JSON.stringify(record)).join('\n');
}
function simple(step: number, reward = 1): object {
  return { step, prompt: '1+1?', response: '2', reward };
}

describe('createIngest', () => {
  it('takes metrics, rollouts and alarms, and writes a step when the second after it begins', async () => {
    const { ingest, runs } = setUp();
    const alarm = { step: 1, alarm: 'mine', severity: 'warning', message: 'look', values: {} };
    expect(await ingest.take(lines(simple(1), simple(1, 0), { step: 1, name: 'loss', value: 2 }, alarm))).toEqual({
      metrics: 1,
      rollouts: 2,
      alarms: 1,
      late: 0,
    });
    expect(runs.get('default')?.metrics).toEqual([]);
    await ingest.take(lines(simple(2)));
    expect(runs.get('default')?.metrics).toEqual([]);
    await ingest.take(lines(simple(3)));
    expect(runs.get('default')?.rollouts.map(({ step }) => step)).toEqual([1, 1]);
    expect(runs.get('default')?.metrics).toEqual(
      expect.arrayContaining([
        { run: 'default', step: 1, source: 'default', split: 'train', name: 'reward/total', value: 0.5 },
        { run: 'default', step: 1, source: 'all', split: 'train', name: 'loss', value: 2 },
        { run: 'default', step: 1, source: 'all', split: 'train', name: 'time/at', value: 1_764_000_000 },
      ]),
    );
    expect(runs.get('default')?.alarms).toHaveLength(1);
    await ingest.close();
    expect(runs.get('default')?.rollouts.map(({ step }) => step)).toEqual([1, 1, 2, 3]);
  });

  it('writes a step at once where the trainer ends it, and counts what comes too late', async () => {
    const { ingest, runs } = setUp();
    await ingest.take(lines(simple(1), { end_step: 1 }));
    expect(runs.get('default')?.rollouts).toHaveLength(1);
    expect(await ingest.take(lines(simple(1), simple(2)))).toMatchObject({ rollouts: 1, late: 1 });
  });

  it.each([
    [2, [0, 0, 1, 1, 2, 2]],
    [1, [0, 1, 2, 2]],
  ])('with %i open steps takes these rollouts of two ranks, of which one is a step after the other', async (openSteps, kept) => {
    const { ingest, runs } = setUp(2, openSteps);
    const taken = [];
    for (let step = 0; step < 4; step++) {
      if (step < 3) taken.push(await ingest.take(lines(simple(step))));
      if (step > 0) taken.push(await ingest.take(lines(simple(step - 1, 0))));
    }
    await ingest.close();
    const { rollouts = [], metrics = [] } = runs.get('default') ?? {};
    expect(rollouts.map(({ step }) => step)).toEqual(kept);
    expect(taken.reduce((sum, { late }) => sum + late, 0)).toBe(6 - kept.length);
    const rewards = metrics.filter(({ name, source }) => name === 'reward/total' && source === 'all').map(({ value }) => value);
    expect(rewards).toEqual(openSteps === 2 ? [0.5, 0.5, 0.5] : expect.anything());
  });

  it('writes a step when the last of its ranks has ended it, each counted once', async () => {
    const { ingest, runs } = setUp();
    const end = (step: number, rank: number): object => ({ end_step: step, rank, ranks: 2 });
    await ingest.take(lines(simple(1), end(1, 0), end(1, 0)));
    expect(runs.get('default')?.rollouts).toEqual([]);
    expect(await ingest.take(lines(simple(1), end(1, 1)))).toMatchObject({ rollouts: 1, late: 0 });
    expect(runs.get('default')?.rollouts).toHaveLength(2);
  });

  it.each([
    [{ step: 1_764_000_000, name: 'loss', value: 2 }, /record 2: step 1764000000 of run "default" is more than 1000000 steps from step 2/],
    [{ end_step: Number.MAX_SAFE_INTEGER }, /record 2: step 9007199254740991 of run "default"/],
    [{ ...simple(2e6) }, /record 2: step 2000000/],
  ])('refuses a body with a step far from the others, and goes on: %j', async (far, message) => {
    const { ingest, runs } = setUp();
    await ingest.take(lines(simple(1)));
    await expect(ingest.take(lines(simple(2), far))).rejects.toThrow(message);
    expect(await ingest.take(lines(simple(2), simple(3), { end_step: 3 }))).toMatchObject({ rollouts: 2, late: 0 });
    expect(runs.get('default')?.rollouts.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('takes any first step, and names it once the others are far from it', async () => {
    const { ingest } = setUp();
    await ingest.take(lines(simple(5_000_000)));
    await ingest.take(lines(simple(5_999_999)));
    await expect(ingest.take(lines(simple(1)))).rejects.toThrow(
      /step 1 of run "default" .* step 5999999, the newest so far; .* another `run`/,
    );
    expect(await ingest.take(lines({ ...simple(1), run: 'other' }))).toMatchObject({ rollouts: 1, late: 0 });
  });

  it('needs at least one open step, and a gap that has room for them', () => {
    expect(() => setUp(2, 0)).toThrow(/openSteps is 0/);
    const open = (): never => {
      throw new RangeError('no run is opened');
    };
    expect(() => createIngest({ open, maxStepGap: 1 })).toThrow(/maxStepGap is 1; .* at least openSteps \(2\)/);
  });

  it('keeps runs apart, takes whole records and JSON arrays', async () => {
    const { ingest, runs } = setUp();
    await ingest.take(JSON.stringify([rollout({ run: 'a' }), { ...simple(1), run: 'b' }]));
    await ingest.close();
    expect(runs.get('a')?.rollouts).toEqual([rollout({ run: 'a' })]);
    expect(runs.get('b')?.rollouts).toMatchObject([{ run: 'b', source: 'default' }]);
  });

  it.each([
    ['{"step": 1', /line 1 is no JSON/],
    ['{"step": 1, "name": "policy/loss", "value": NaN}', /line 1 is no JSON: .*JSON has no NaN and no Infinity; leave such a number out/],
    [`${lines(simple(1))}\n{"step":`, /line 2 is no JSON/],
    ['[{"step":1', /the body is no JSON/],
    ['3', /record 1: 3 must be an object/],
    [lines(simple(1), { step: 1 }), /record 2: .* is no record: a metric has a `name`/],
    [lines({ step: 1, name: 'loss', value: 'high' }), /record 1: metric record: \/value must be number/],
    [lines({ ...simple(1), reward: null }), /record 1: rollout record: /],
    [lines({ ...simple(1), run: '../../etc' }), /"\.\.\/\.\.\/etc" is no name of a run/],
    [lines({ end_step: -1 }), /-1 is no step to end/],
    [lines({ end_step: 1, rank: 2, ranks: 2 }), /has no such rank; give `rank` from 0 to `ranks` - 1/],
  ])('refuses %j whole', async (body, message) => {
    const { ingest, runs } = setUp();
    await expect(ingest.take(body)).rejects.toThrow(message);
    await ingest.close();
    expect([...runs.values()].flatMap(({ rollouts }) => rollouts)).toEqual([]);
  });

  it('refuses more runs than it may open', async () => {
    const { ingest } = setUp(2);
    await ingest.take(lines({ ...simple(1), run: 'a' }, { ...simple(1), run: 'b' }));
    await expect(ingest.take(lines({ ...simple(1), run: 'c' }))).rejects.toThrow(/2 runs are open, and "c" is one more/);
  });
});
