import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeEvent, type EventContent } from './tensorboard-event.ts';

const golden = readFileSync(new URL('../../test/fixtures/golden.tfevents', import.meta.url));

const contents: readonly EventContent[] = [
  { kind: 'version' },
  {
    kind: 'values',
    step: 1,
    values: [
      { tag: 'reward/total/all', kind: 'scalar', value: 0.5 },
      { tag: 'reflection/check again/a/b', kind: 'scalar', value: 0 },
    ],
  },
  { kind: 'values', step: 3_000_000_000, values: [{ tag: 'length/mean/zählen', kind: 'scalar', value: -123.4 }] },
  {
    kind: 'values',
    step: 4,
    values: [
      { tag: 'rollout/math/1', kind: 'text', text: 'reward 1\n\nIt is 2 – or so.' },
      {
        tag: 'length/distribution/all',
        kind: 'histogram',
        histogram: { min: 1, max: 4, sum: 7, sumOfSquares: 21, limits: [2.5, 4], counts: [2, 1] },
      },
      { tag: 'rollout/math/1/image', kind: 'image', image: { width: 3, height: 2, bytes: Uint8Array.of(137, 80, 78, 71) } },
    ],
  },
  { kind: 'restart', step: 2 },
];

describe('encodeEvent', () => {
  it('gives the bytes that TensorBoard gives for the same events', () => {
    const encoded = Buffer.concat(contents.map((content) => encodeEvent(content, 1_700_000_000.25)));
    expect(encoded.toString('hex')).toBe(golden.toString('hex'));
  });
});
