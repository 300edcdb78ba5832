import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../record.ts';
import { wandbSink } from './wandb-sink.ts';

function metric(step: number, value: number, name = 'reward/total'): MetricRecord {
  return { run: 'demo', step, source: 'all', split: 'train', name, value };
}

describe('wandbSink', () => {
  it('writes a step as one row when a later one begins, with alarms and what came late, in a folder for wandb sync', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wandb-'));
    const sink = wandbSink(folder, { project: 'p', id: 'abc', now: () => Date.UTC(2026, 0, 2, 3, 4, 5) / 1000 });
    expect([sink.folder(), readdirSync(folder)]).toEqual([undefined, []]);
    void sink.write([metric(1, 0.25)]);
    void sink.write([metric(1, 0.5, 'policy/entropy')]);
    void sink.writeAlarms?.([{ run: 'demo', step: 1, source: 'all', alarm: 'no_signal', severity: 'critical', message: 'm', values: {} }]);
    const place = join(folder, 'offline-run-20260102_030405-abc');
    expect(sink.folder()).toBe(place);
    const text = () => readFileSync(join(place, 'run-abc.wandb'), 'latin1');
    expect(text()).not.toContain('reward/total');
    void sink.write([metric(2, 0.75), metric(1, 0.125, 'late')]);
    const first = text();
    for (const key of ['train/reward/total/all', 'train/policy/entropy/all', 'alarm/no_signal/all', '_timestamp'])
      expect(first.split(key)).toHaveLength(2);
    sink.close();
    // Step 2, and the summary.
    expect(text().split('train/reward/total/all')).toHaveLength(4);
    expect(text().split('train/late/all')).toHaveLength(3);
  });

  it('refuses an id that would be another folder', () => {
    expect(() => wandbSink('runs', { project: 'p', id: '../../etc' })).toThrow(/id is "..\/..\/etc"; W&B takes/);
  });
});
