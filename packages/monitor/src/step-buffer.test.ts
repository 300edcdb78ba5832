import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollout } from '../test/example-rollout.ts';
import { createStepBuffer } from './step-buffer.ts';

describe('createStepBuffer', () => {
  it('gives every rollout out once, in ascending steps, or refuses it', () => {
    const action = fc.oneof(fc.record({ add: fc.nat(9) }), fc.record({ take: fc.nat(9) }));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const buffer = createStepBuffer();
        const given: number[] = [];
        let accepted = 0;
        for (const next of actions) {
          if ('take' in next) {
            given.push(...buffer.takeUpTo(next.take).flatMap(({ rollouts }) => rollouts.map(({ step }) => step)));
            continue;
          }
          const last = given[given.length - 1] ?? -1;
          if (next.add <= last) expect(() => buffer.addRollout(rollout({ step: next.add }))).toThrow(/came after step/);
          else accepted += Number(buffer.addRollout(rollout({ step: next.add })) === undefined);
        }
        given.push(...buffer.takeUpTo(Infinity).flatMap(({ rollouts }) => rollouts.map(({ step }) => step)));
        expect(given).toEqual([...given].sort((a, b) => a - b));
        expect(given).toHaveLength(accepted);
      }),
    );
  });
});
