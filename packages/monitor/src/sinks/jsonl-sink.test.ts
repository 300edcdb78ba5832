import { mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { rollout } from '../../test/example-rollout.ts';
import type { MetricRecord, RolloutRecord } from '../record.ts';
import { jsonlSink } from './jsonl-sink.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'monitor-jsonl-'));
});

function metric(step: number): MetricRecord {
  return { run: 'r', step, source: 'all', split: 'train', name: 'x', value: step / 3 };
}
function pathOf(name: 'alarms' | 'metrics' | 'rollouts'): string {
  return join(folder, `${name}.jsonl`);
}

function read<T>(name: 'alarms' | 'metrics' | 'rollouts'): T[] {
  return readFileSync(pathOf(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function writeSteps(steps: readonly number[]): void {
  const sink = jsonlSink(folder);
  for (const step of steps) {
    sink.writeRollouts([rollout({ step })]);
    sink.write([metric(step), metric(step)]);
  }
  sink.close();
}

describe('jsonlSink', () => {
  it('appends, also after it was opened again', () => {
    writeSteps([1, 2]);
    writeSteps([3]);
    expect(read<MetricRecord>('metrics')).toEqual([1, 1, 2, 2, 3, 3].map(metric));
    expect(read<RolloutRecord>('rollouts').map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it('keeps alarms in a file of their own, and drops those of steps that are done again', () => {
    const alarm = (step: number) =>
      ({ run: 'r', step, source: 'all', alarm: 'no_signal', severity: 'warning', message: 'all equal', values: { share: 1 } }) as const;
    const sink = jsonlSink(folder);
    sink.writeAlarms([alarm(1), alarm(2)]);
    sink.writeAlarms([alarm(3)]);
    sink.close();
    expect(read('alarms')).toEqual([1, 2, 3].map(alarm));
    jsonlSink(folder).truncateAfter(2);
    expect(read('alarms')).toEqual([1, 2].map(alarm));
  });

  it('cuts a torn last line off, wherever the file was cut', () => {
    writeSteps([1, 2]);
    const whole = readFileSync(pathOf('metrics'));
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        writeFileSync(pathOf('metrics'), whole);
        truncateSync(pathOf('metrics'), length);
        jsonlSink(folder).close();
        const kept = readFileSync(pathOf('metrics'));
        expect(whole.subarray(0, kept.length)).toEqual(kept);
        expect(kept.length).toBeLessThanOrEqual(length);
        expect(read<MetricRecord>('metrics')).toEqual([1, 1, 2, 2].map(metric).slice(0, kept.toString().split('\n').length - 1));
      }),
      { numRuns: 60 },
    );
  });

  it('cuts a torn line that is longer than a read chunk', () => {
    writeSteps([1]);
    const before = statSync(pathOf('rollouts')).size;
    writeFileSync(pathOf('rollouts'), 'x'.repeat(200_000), { flag: 'a' });
    jsonlSink(folder).close();
    expect(statSync(pathOf('rollouts')).size).toBe(before);
  });

  it('drops later steps when a run resumes, so that none is there twice', () => {
    writeSteps([1, 2, 3, 4]);
    const sink = jsonlSink(folder);
    sink.truncateAfter(2);
    sink.write([metric(3)]);
    sink.writeRollouts([rollout({ step: 3, response: 'ä'.repeat(70_000) })]);
    sink.truncateAfter(3);
    sink.close();
    expect(read<MetricRecord>('metrics')).toEqual([1, 1, 2, 2, 3].map(metric));
    expect(read<RolloutRecord>('rollouts').map(({ step, response }) => [step, response.length])).toEqual([
      [1, 8],
      [2, 8],
      [3, 70_000],
    ]);
  });

  it('refuses to guess at lines that are no records, and a step that is none', () => {
    writeFileSync(pathOf('metrics'), '{"step": 1}\nnot json\n');
    expect(() => jsonlSink(folder).truncateAfter(1)).toThrow(/holds a line that is no record: not json/);
    writeFileSync(pathOf('metrics'), '{"value": 1}\n');
    expect(() => jsonlSink(folder).truncateAfter(1)).toThrow(/no record/);
    expect(() => jsonlSink(folder).truncateAfter(-1)).toThrow(/whole number from 0/);
  });
});
