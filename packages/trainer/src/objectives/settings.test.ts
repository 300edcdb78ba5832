// Bounds of the settings: what a loss would silently take for something else is refused, and a misspelled setting too.
import { settings } from '@vtriune/format/settings';
import { describe, expect, it } from 'vitest';
import { algorithms } from '../plugins.ts';

function parse({ name, ...own }: { name: string } & Record<string, unknown>): unknown {
  return settings(algorithms().objectives.get(name)!.settings).parse(own);
}
const POLICIES = ['policy', 'dual-clip', 'gspo', 'cispo'];
const CLIPS: Readonly<Record<string, { clipLow: number; clipHigh: number }>> = {
  policy: { clipLow: 0.2, clipHigh: 0.28 },
  'dual-clip': { clipLow: 0.2, clipHigh: 0.28 },
  gspo: { clipLow: 3e-4, clipHigh: 4e-4 },
  cispo: { clipLow: 1, clipHigh: 4 },
};

describe.each(POLICIES)('the settings of %s', (name) => {
  it('have these defaults', () => {
    expect(parse({ name })).toEqual({
      ...CLIPS[name],
      ...(name === 'dual-clip' ? { dualClip: 3 } : {}),
      mean: name === 'gspo' ? 'sequence' : 'token',
      klCoefficient: 0,
      klEstimator: 'k3',
      samplerCap: 0,
      entropyBonus: 0,
    });
  });

  it.each([
    { clipLow: -0.01 },
    { clipLow: 1.01 },
    { clipHigh: -0.01 },
    { mean: 'row' },
    { constantLength: 0 },
    { constantLength: 1.5 },
    { klCoefficient: -0.01 },
    { klEstimator: 'k4' },
    { samplerCap: -1 },
    { entropyBonus: -0.01 },
    { clipHihg: 0.3 },
    { clip_high: 0.3 },
  ])('refuse %j', (wrong) => {
    expect(() => parse({ name, ...wrong })).toThrow(Object.keys(wrong)[0]);
  });

  it.each([
    { clipLow: 0 },
    { clipLow: 1 },
    { clipHigh: 0 },
    { constantLength: 1 },
    { klCoefficient: 0.1 },
    { samplerCap: 2 },
    { entropyBonus: 0.01 },
  ])('take %j', (right) => {
    expect(parse({ name, ...right })).toMatchObject(right);
  });

  it('need the reference where the divergence from it has a weight', () => {
    const { usesReference } = algorithms().objectives.get(name)!;
    expect(usesReference?.(parse({ name }))).toBe(false);
    expect(usesReference?.(parse({ name, klCoefficient: 1e-3 }))).toBe(true);
  });
});

it('dual-clip refuses a bound of 1, at which no negative advantage would count', () => {
  expect(() => parse({ name: 'dual-clip', dualClip: 1 })).toThrow('dualClip');
  expect(parse({ name: 'dual-clip', dualClip: 1.01 })).toMatchObject({ dualClip: 1.01 });
});
