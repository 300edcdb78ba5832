import { describe, expect, it } from 'vitest';
import type { MetricRecord } from '../record.ts';
import { defineSink, type Sink } from '../sink.ts';
import { bufferedSink } from './buffered-sink.ts';

function metric(step: number): MetricRecord {
  return { run: 'r', step, source: 'all', split: 'train', name: 'x', value: step };
}

function setUp(maxRecords = 100): {
  sink: Sink;
  taken: number[];
  warnings: string[];
  state: { broken: boolean; at: number; calls: number };
} {
  const taken: number[] = [];
  const warnings: string[] = [];
  const state = { broken: false, at: 0, calls: 0 };
  const inner = defineSink({
    name: 'server',
    write: async (records: readonly MetricRecord[]) => {
      state.calls += 1;
      await Promise.resolve();
      if (state.broken) throw new Error('connection refused');
      taken.push(...records.map(({ step }) => step));
    },
  });
  const sink = bufferedSink(inner, {
    onWarning: (message) => void warnings.push(message),
    maxRecords,
    retryAfterMs: 10,
    now: () => state.at,
  });
  return { sink, taken, warnings, state };
}

describe('bufferedSink', () => {
  it('warns once, keeps what was not taken, and gives it again in order', async () => {
    const { sink, taken, warnings, state } = setUp();
    await sink.write([metric(1)]);
    state.broken = true;
    for (const step of [2, 3, 4]) {
      state.at += 10;
      await sink.write([metric(step)]);
    }
    expect(warnings).toEqual([
      'sink "server" failed: connection refused; the run goes on, and up to 100 records are kept until it works again',
    ]);
    expect(taken).toEqual([1]);
    state.broken = false;
    state.at += 10;
    await sink.write([metric(5)]);
    expect(taken).toEqual([1, 2, 3, 4, 5]);
    expect(warnings.slice(1)).toEqual(['sink "server" works again']);
  });

  it('leaves a sink that has just failed alone', async () => {
    const { sink, state } = setUp();
    state.broken = true;
    for (let step = 1; step <= 9; step++) {
      state.at += 1;
      await sink.write([metric(step)]);
    }
    expect(state.calls).toBe(1);
  });

  it('drops the oldest records beyond its limit, and says how many', async () => {
    const { sink, taken, warnings, state } = setUp(3);
    state.broken = true;
    for (const step of [1, 2, 3, 4, 5]) await sink.write([metric(step)]);
    state.broken = false;
    await sink.close?.();
    expect(taken).toEqual([3, 4, 5]);
    expect(warnings.at(-1)).toBe('sink "server" works again; 2 records were dropped meanwhile');
  });

  it('says at the end what was never taken', async () => {
    const { sink, warnings, state } = setUp();
    state.broken = true;
    await sink.write([metric(1), metric(2)]);
    await sink.close?.();
    expect(warnings.at(-1)).toBe('sink "server" never took 2 records');
  });

  it('takes no rollouts where the sink takes none', () => {
    expect(setUp().sink.writeRollouts).toBeUndefined();
  });
});
