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

async function runFolder(records: readonly MetricRecord[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'run-alarms-'));
  await writeFile(join(folder, 'metrics.jsonl'), linesOf(records));
  return folder;
}

function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

describe('replayAlarms', () => {
  it('lets alarms go on after a break as if there had been none', async () => {
    const unbroken = createAlarms();
    unbroken.observe(entropy(1, 40));
    const expected = unbroken.observe(entropy(41, 120));
    expect(expected.map(({ alarm, step }) => `${alarm} ${step}`)).toEqual(['entropy_collapse 90']);
    const resumed = createAlarms();
    expect(await replayAlarms(resumed, await runFolder(entropy(1, 40)))).toMatchObject({ last: 40 });
    expect(resumed.observe(entropy(41, 120))).toEqual(expected);
  });

  it('gives the alarms of the last step that a killed process did not write', async () => {
    const expected = createAlarms().observe(entropy(1, 90));
    expect(expected.map(({ alarm, step }) => `${alarm} ${step}`)).toEqual([
      'entropy_collapse 27',
      'entropy_collapse 40',
      'entropy_collapse 90',
    ]);
    const folder = await runFolder(entropy(1, 90));
    await writeFile(join(folder, 'alarms.jsonl'), linesOf(expected.slice(0, 2)));
    expect(await replayAlarms(createAlarms(), folder)).toEqual({ last: 90, unwritten: expected.slice(2) });
    await writeFile(join(folder, 'alarms.jsonl'), linesOf(expected));
    expect(await replayAlarms(createAlarms(), folder)).toEqual({ last: 90, unwritten: [] });
  });

  it('leaves alarms of earlier steps alone: their settings may have been others', async () => {
    expect(await replayAlarms(createAlarms(), await runFolder(entropy(1, 45)))).toEqual({ last: 45, unwritten: [] });
  });

  it('finds nothing in a new run', async () => {
    const alarms = createAlarms();
    expect(await replayAlarms(alarms, join(tmpdir(), 'no such folder'))).toEqual({ last: -1, unwritten: [] });
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
