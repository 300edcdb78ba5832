import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { rollout } from '../../test/example-rollout.ts';
import type { MetricRecord } from '../record.ts';
import { drawBoxes } from './draw-boxes.ts';
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
    kind: 'values',
    step,
    values: names.map((name) => ({ tag: `${name}/math`, kind: 'scalar', value: 0.25 })),
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

  it('shows rollouts: distributions, texts, and images with boxes', () => {
    const white = new PNG({ width: 20, height: 10 });
    white.data.fill(255);
    writeFileSync(join(folder, 'a.png'), PNG.sync.write(white));
    const sink = tensorboardSink(join(folder, 'out'), { ...options, imageFolder: folder });
    const boxes = [{ bbox_2d: [4, 2, 16, 8], kind: 'ground_truth' as const }];
    sink.writeRollouts([rollout({ images: ['a.png'], boxes }), rollout({ images: ['a.png'], response_tokens: 30 })]);
    sink.close();
    const written = readFileSync(join(folder, 'out', 'train', 'events.out.tfevents.1700000000.test')).toString('latin1');
    for (const tag of ['reward/distribution/all', 'length/distribution/math', 'rollout/math/1', 'It is 2.']) expect(written).toContain(tag);
    expect(written).not.toContain('rollout/math/2');
    const drawn = drawBoxes(rollout({ images: ['a.png'], boxes }), folder);
    const png = PNG.sync.read(Buffer.from(drawn?.bytes ?? []));
    const colorAt = (x: number, y: number): number[] => [...png.data.subarray(4 * (20 * y + x), 4 * (20 * y + x) + 3)];
    expect([colorAt(4, 5), colorAt(10, 5), colorAt(15, 7), colorAt(17, 5)]).toEqual([
      [0, 160, 60],
      [255, 255, 255],
      [0, 160, 60],
      [255, 255, 255],
    ]);
  });

  it('shows an image without boxes as it is', () => {
    const bytes = PNG.sync.write(new PNG({ width: 9, height: 7 }), { filterType: 0 });
    writeFileSync(join(folder, 'plain.png'), bytes);
    expect(drawBoxes(rollout({ images: ['plain.png'] }), folder)).toEqual({ width: 9, height: 7, bytes });
  });

  it.each(['../outside.png', '/etc/hostname', 'missing.png', 'text.png', 'torn.png', 'a\0b'])('shows no image for %j', (name) => {
    writeFileSync(join(folder, '..', 'outside.png'), PNG.sync.write(new PNG({ width: 2, height: 2 })));
    writeFileSync(join(folder, 'text.png'), 'no image');
    writeFileSync(join(folder, 'torn.png'), PNG.sync.write(new PNG({ width: 9, height: 9 })).subarray(0, 50));
    expect(drawBoxes(rollout({ images: [name] }), folder)).toBeUndefined();
  });

  it('keeps a split of any name inside its folder', () => {
    const sink = tensorboardSink(join(folder, 'out'), options);
    void sink.write([metric(1, 'a', '../up'), metric(1, 'a', '..')]);
    sink.close();
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readdirSync(join(folder, 'out'))).toHaveLength(2);
  });

  it('makes no files before there is something to write', () => {
    tensorboardSink(join(folder, 'none'), options).close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
