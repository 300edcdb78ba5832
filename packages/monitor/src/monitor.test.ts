import { describe, expect, it } from 'vitest';
import { failed, rollout } from '../test/example-rollout.ts';
import { createAlarms } from './alarms/create-alarms.ts';
import type { MonitorError } from './errors.ts';
import { createMonitor, type Monitor } from './monitor.ts';
import type { AlarmRecord, MetricRecord, RolloutRecord } from './record.ts';
import { defineSink, type Sink } from './sink.ts';

interface Recorder extends Sink {
  readonly metrics: MetricRecord[];
  readonly rollouts: RolloutRecord[];
  readonly calls: string[];
}

function recorder(name = 'recorder'): Recorder {
  const [metrics, rollouts, calls]: [MetricRecord[], RolloutRecord[], string[]] = [[], [], []];
  return defineSink({
    name,
    metrics,
    rollouts,
    calls,
    async write(records: readonly MetricRecord[]) {
      calls.push('write starts');
      await new Promise((resolve) => setTimeout(resolve, 1));
      metrics.push(...records);
      calls.push('write ends');
    },
    writeRollouts: (records: readonly RolloutRecord[]) => void rollouts.push(...records),
    close: () => void calls.push('close'),
  });
}

const broken: Sink = {
  name: 'broken',
  write: () => {
    throw new TypeError('disk full');
  },
};

function entropy(step: number) {
  return { step, source: 'all', split: 'train', name: 'policy/entropy', value: step };
}

function withRollouts(monitor: Monitor, steps: readonly number[]): void {
  for (const step of steps) {
    const { run: _run, ...input } = rollout({ step });
    monitor.recordRollouts([input]);
  }
}

describe('createMonitor', () => {
  it('watches the metrics of every step', async () => {
    const seen: AlarmRecord[] = [];
    const taking = { ...recorder(), writeAlarms: (alarms: readonly AlarmRecord[]) => void seen.push(...alarms) };
    const monitor = createMonitor({ run: 'nano', sinks: [taking], alarms: createAlarms() });
    monitor.recordRollouts([rollout({ run: 'nano', result: failed }), rollout({ run: 'nano' })]);
    await monitor.endStep(1);
    expect(seen).toMatchObject([
      { run: 'nano', step: 1, source: 'math', alarm: 'verifier_failures', values: { failed: 1, 'failure/timeout': 1 } },
    ]);
    expect(taking.calls).toEqual(['write starts', 'write ends']);
  });

  it('gives alarms to the sinks that take them, after the metrics of their step', async () => {
    const seen: AlarmRecord[] = [];
    const taking = { ...recorder(), writeAlarms: (alarms: readonly AlarmRecord[]) => void seen.push(...alarms) };
    const monitor = createMonitor({ run: 'nano', sinks: [recorder(), taking] });
    monitor.recordAlarms([{ step: 2, alarm: 'no_signal', severity: 'warning', message: 'all equal', values: { share: 1 } }]);
    await monitor.endStep(1);
    expect(seen).toEqual([]);
    await monitor.endStep(2);
    const values = { share: 1 };
    expect(seen).toEqual([{ run: 'nano', step: 2, source: 'all', alarm: 'no_signal', severity: 'warning', message: 'all equal', values }]);
    expect(() => monitor.recordAlarms([{ step: 3, alarm: '', severity: 'warning', message: 'm', values }])).toThrow(/\/alarm/);
  });

  it('writes rollouts, aggregates and other metrics when their step ends, and not before', async () => {
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [sink] });
    withRollouts(monitor, [1, 2]);
    monitor.recordMetrics([entropy(1), entropy(2)]);
    expect(sink.metrics).toEqual([]);
    const written = await monitor.endStep(1);
    expect(written).toEqual(sink.metrics);
    expect(new Set(written.map(({ step }) => step))).toEqual(new Set([1]));
    expect(written.map(({ name }) => name)).toEqual(expect.arrayContaining(['reward/total', 'policy/entropy']));
    expect(sink.rollouts).toEqual([rollout({ step: 1, run: 'nano' })]);
    expect(sink.metrics.every(({ run }) => run === 'nano')).toBe(true);
  });

  it('writes in ascending order, one step at a time, also when nobody awaits', async () => {
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [sink] });
    withRollouts(monitor, [3, 1, 2]);
    const first = monitor.endStep(2);
    const second = monitor.endStep(3);
    await monitor.close();
    await Promise.all([first, second]);
    expect(sink.rollouts.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(sink.calls).toEqual(['write starts', 'write ends', 'write starts', 'write ends', 'write starts', 'write ends', 'close']);
  });

  it('writes what is left when it closes, and refuses more', async () => {
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [sink] });
    withRollouts(monitor, [7]);
    await monitor.close();
    await monitor.close();
    expect(sink.rollouts).toHaveLength(1);
    expect(sink.calls.filter((call) => call === 'close')).toHaveLength(1);
    expect(() => monitor.recordMetrics([entropy(8)])).toThrow(/is closed/);
    await expect(monitor.endStep(8)).rejects.toMatchObject({ code: 'closed' });
  });

  it('serves all other sinks when one throws, and then rejects', async () => {
    const [before, after] = [recorder('before'), recorder('after')];
    const monitor = createMonitor({ run: 'nano', sinks: [before, broken, after] });
    withRollouts(monitor, [1, 2]);
    await expect(monitor.endStep(2)).rejects.toMatchObject({
      code: 'sink_failed',
      message: expect.stringContaining('sink "broken" failed: disk full') as string,
    });
    expect([before.rollouts.length, after.rollouts.length]).toEqual([2, 2]);
    await monitor.close();
    expect(after.calls).toContain('close');
  });

  it('tells `onSinkError` instead, and goes on', async () => {
    const errors: [MonitorError, string][] = [];
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [broken, sink], onSinkError: (error, { name }) => errors.push([error, name]) });
    withRollouts(monitor, [1]);
    await monitor.endStep(1);
    withRollouts(monitor, [2]);
    await monitor.endStep(2);
    await monitor.close();
    expect(errors.map(([error, name]) => [error.code, name])).toEqual([
      ['sink_failed', 'broken'],
      ['sink_failed', 'broken'],
    ]);
    expect((errors[0]?.[0].cause as Error).message).toBe('disk full');
    expect(sink.rollouts).toHaveLength(2);
  });

  it('closes every sink even if the last write failed', async () => {
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [broken, sink] });
    withRollouts(monitor, [1]);
    await expect(monitor.close()).rejects.toMatchObject({ code: 'sink_failed' });
    expect(sink.calls).toContain('close');
  });

  it('refuses rollouts of a step whose aggregates are written, but takes another split and other metrics', async () => {
    const monitor = createMonitor({ run: 'nano', sinks: [] });
    withRollouts(monitor, [1]);
    await monitor.endStep(1);
    expect(() => withRollouts(monitor, [1])).toThrow(/step 1 \(train\) came after step 1 was written/);
    monitor.recordRollouts([{ ...rollout({ run: 'nano' }), split: 'test' }]);
    monitor.recordMetrics([entropy(1)]);
    const written = await monitor.endStep(1);
    expect(new Set(written.map(({ split, name }) => (name === 'policy/entropy' ? name : split)))).toEqual(
      new Set(['test', 'policy/entropy']),
    );
  });

  it('takes loops that know only prompt, response, and reward; equal prompts are a group', async () => {
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [sink] });
    monitor.recordRollouts([
      { step: 1, prompt: '1+1?', response: '2', reward: 1 },
      { step: 1, prompt: '1+1?', response: '3', reward: 0 },
    ]);
    monitor.recordMetrics([{ step: 1, name: 'loss', value: 2 }]);
    const written = await monitor.endStep(1);
    const all = Object.fromEntries(written.filter(({ source }) => source === 'all').map(({ name, value }) => [name, value]));
    expect(all).toMatchObject({ 'reward/total': 0.5, 'reward/std': 0.5, 'group/zero_variance': 0, loss: 2 });
    expect(all).not.toHaveProperty('latency/mean_ms');
    expect(sink.rollouts[0]).toMatchObject({ run: 'nano', source: 'default', sample: '1+1?', result: { reward: 1, status: 'scored' } });
    expect(() => monitor.recordRollouts([{ step: 2, prompt: '', response: '', reward: NaN }])).toThrow(/reward/);
  });

  it('refuses invalid records at once, and buffers none of their batch', async () => {
    const sink = recorder();
    const monitor = createMonitor({ run: 'nano', sinks: [sink] });
    expect(() => monitor.recordMetrics([entropy(1), { ...entropy(1), value: NaN }])).toThrow(/\/value/);
    expect(() => monitor.recordRollouts([rollout({ run: 'other' })])).toThrow(/record of run "other"/);
    await monitor.close();
    expect([sink.metrics, sink.rollouts]).toEqual([[], []]);
  });
});

describe('defineSink', () => {
  it('refuses an object that is none', () => {
    expect(() => defineSink({ name: '', write: () => undefined })).toThrow(/needs a name/);
    expect(() => defineSink({ name: 'x' } as unknown as Sink)).toThrow(/has the keys name/);
  });
});
