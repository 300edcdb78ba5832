import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeEvent, type EventContent } from './tensorboard-event.ts';

const golden = readFileSync(new URL('../../test/fixtures/golden.tfevents', import.meta.url));

const contents: readonly EventContent[] = [
  { kind: 'version' },
  {
    kind: 'scalars',
    step: 1,
    scalars: [
      { tag: 'reward/total/all', value: 0.5 },
      { tag: 'reflection/check again/a/b', value: 0 },
    ],
  },
  { kind: 'scalars', step: 3_000_000_000, scalars: [{ tag: 'length/mean/zählen', value: -123.4 }] },
  { kind: 'restart', step: 2 },
];

describe('encodeEvent', () => {
  it('gives the bytes that TensorBoard gives for the same events', () => {
    const encoded = Buffer.concat(contents.map((content) => encodeEvent(content, 1_700_000_000.25)));
    expect(encoded.toString('hex')).toBe(golden.toString('hex'));
  });
});
