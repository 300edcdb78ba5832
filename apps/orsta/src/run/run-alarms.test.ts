import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlarms, type MetricRecord } from '@vtriune/monitor';
import { describe, expect, it } from 'vitest';
import { alarmSink, replayAlarms } from './run-alarms.ts';

function entropy(from: number, to: number): MetricRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).map((step) => {
    return { run: 'r', step, source: 'all', split: 'train', name: 'policy/entropy', value: Math.exp(-step / 10) };
  });
}

describe('replayAlarms', () => {
  it('lets alarms go on after a break as if there had been none', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'run-alarms-')), 'metrics.jsonl');
    const unbroken = createAlarms();
    unbroken.observe(entropy(1, 40));
    const expected = unbroken.observe(entropy(41, 120));
    expect(expected.map(({ alarm, step }) => `${alarm} ${step}`)).toEqual(['entropy_collapse 90']);
    await writeFile(
      path,
      entropy(1, 40)
        .map((record) => `${JSON.stringify(record)}\n`)
        .join(''),
    );
    const resumed = createAlarms();
    expect(await replayAlarms(resumed, path)).toBe(40);
    expect(resumed.observe(entropy(41, 120))).toEqual(expected);
  });

  it('finds nothing in a new run', async () => {
    const alarms = createAlarms();
    expect(await replayAlarms(alarms, join(tmpdir(), 'no such folder', 'metrics.jsonl'))).toBe(-1);
    expect(alarms.observe(entropy(41, 50))).toEqual([]);
  });
});

describe('alarmSink', () => {
  it('shows an alarm as a line', () => {
    const lines: string[] = [];
    const alarm = { run: 'r', step: 3, source: 'all', alarm: 'no_signal', severity: 'critical', message: 'all equal', values: {} } as const;
    void alarmSink({ line: (text) => void lines.push(text) }).writeAlarms?.([alarm]);
    expect(lines).toEqual(['step 3 critical no_signal: all equal']);
  });
});
