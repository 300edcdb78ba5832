import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MetricRecord } from '../record.ts';
import { encodeEvent, type EventContent } from './tensorboard-event.ts';
import { tensorboardSink } from './tensorboard-sink.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'monitor-tensorboard-'));
});

const options = { now: () => 1_700_000_000.5, suffix: 'test' };
function metric(step: number, name: string, split = 'train'): MetricRecord {
  return {
    run: 'r',
    step,
    source: 'math',
    split,
    name,
    value: 0.25,
  };
}
function scalars(step: number, ...names: string[]): EventContent {
  return {
    kind: 'scalars',
    step,
    scalars: names.map((name) => ({ tag: `${name}/math`, value: 0.25 })),
  };
}

function expectEvents(split: string, contents: readonly EventContent[]): void {
  const bytes = readFileSync(join(folder, split, 'events.out.tfevents.1700000000.test'));
  expect(bytes).toEqual(Buffer.concat(contents.map((content) => encodeEvent(content, options.now()))));
}

describe('tensorboardSink', () => {
  it('writes one event a step, and a run for each split', () => {
    const sink = tensorboardSink(folder, options);
    void sink.write([metric(1, 'a'), metric(1, 'b'), metric(2, 'a'), metric(2, 'a', 'test')]);
    void sink.write([metric(3, 'a')]);
    sink.close();
    expect(readdirSync(folder).sort()).toEqual(['test', 'train']);
    expectEvents('train', [{ kind: 'version' }, scalars(1, 'a', 'b'), scalars(2, 'a'), scalars(3, 'a')]);
    expectEvents('test', [{ kind: 'version' }, scalars(2, 'a')]);
  });

  it('marks a restart after the version, so that readers drop the steps that are run again', () => {
    const sink = tensorboardSink(folder, options);
    sink.truncateAfter(5);
    void sink.write([metric(6, 'a')]);
    sink.close();
    expectEvents('train', [{ kind: 'version' }, { kind: 'restart', step: 6 }, scalars(6, 'a')]);
  });

  it('refuses to mark a restart after it has written', () => {
    const sink = tensorboardSink(folder, options);
    void sink.write([metric(1, 'a')]);
    expect(() => sink.truncateAfter(1)).toThrow(/before the first step/);
    sink.close();
  });

  it('makes no files before there is something to write', () => {
    tensorboardSink(join(folder, 'none'), options).close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
