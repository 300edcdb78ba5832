import { describe, expect, it } from 'vitest';
import { createStepClock } from './clock.ts';
import { ServiceError } from './service-error.ts';

describe('the step clock', () => {
  it('knows nothing of a run that said nothing', () => {
    const clock = createStepClock();
    clock.count('a', 1000);
    expect(clock.resolve('a', undefined)).toBeUndefined();
    expect(clock.read('a')).toBeUndefined();
  });

  it('lets the request go first, then what the run reported', () => {
    const clock = createStepClock();
    clock.set('a', { step: 7, total_steps: 100 });
    expect(clock.resolve('a', { step: 9, total_steps: 90 })).toEqual({ step: 9, total_steps: 90 });
    expect(clock.resolve('a', undefined)).toEqual({ step: 7, total_steps: 100 });
    expect(clock.resolve('b', undefined)).toBeUndefined();
  });

  it('completes a step without a total, and a total without a step', () => {
    const clock = createStepClock();
    clock.set('a', { total_steps: 100 });
    expect(clock.resolve('a', undefined)).toBeUndefined();
    expect(clock.resolve('a', { step: 30 })).toEqual({ step: 30, total_steps: 100 });
    clock.set('a', { step: 31 });
    expect(clock.resolve('a', { total_steps: 50 })).toEqual({ step: 31, total_steps: 50 });
    expect(clock.resolve('b', { step: 30 })).toBeUndefined();
  });

  it('counts only for a run that declared rewards per step and the total', () => {
    const clock = createStepClock();
    clock.set('a', { rewards_per_step: 8 });
    clock.count('a', 8);
    expect(clock.resolve('a', undefined)).toBeUndefined();
    clock.set('a', { total_steps: 10 });
    expect(clock.resolve('a', undefined)).toEqual({ step: 1, total_steps: 10 });
    clock.count('a', 15);
    expect(clock.resolve('a', undefined)).toEqual({ step: 2, total_steps: 10 });
    clock.count('a', 800);
    expect(clock.resolve('a', undefined)).toEqual({ step: 10, total_steps: 10 });
    expect(clock.read('a')).toMatchObject({ source: 'inferred', counted: 823 });
  });

  it('is not disturbed by the same declaration again', () => {
    const clock = createStepClock();
    for (let worker = 0; worker < 8; worker += 1) {
      clock.set('a', { rewards_per_step: 8, total_steps: 10 });
      clock.count('a', 7);
    }
    expect(clock.resolve('a', undefined)).toEqual({ step: 7, total_steps: 10 });
  });

  it('takes a reported step over the count, and keeps it', () => {
    const clock = createStepClock();
    clock.set('a', { rewards_per_step: 4, total_steps: 100 });
    clock.count('a', 40);
    clock.set('a', { step: 42 });
    clock.count('a', 40);
    expect(clock.resolve('a', undefined)).toEqual({ step: 42, total_steps: 100 });
    expect(clock.read('a')).toMatchObject({ source: 'reported' });
  });

  it('counts on from a step that comes with rewards per step, as a resumed run needs it', () => {
    const clock = createStepClock();
    clock.set('a', { step: 50, rewards_per_step: 4, total_steps: 100 });
    clock.count('a', 9);
    expect(clock.resolve('a', undefined)).toEqual({ step: 52, total_steps: 100 });
    clock.set('a', { rewards_per_step: 2 });
    clock.count('a', 4);
    expect(clock.resolve('a', undefined)).toEqual({ step: 54, total_steps: 100 });
  });

  it.each([{ step: -1 }, { step: NaN }, { total_steps: 0 }, { rewards_per_step: 1.5 }, { step: '3' as unknown as number }])(
    'refuses %j, naming the member',
    (declaration) => {
      const clock = createStepClock();
      expect(() => clock.set('a', declaration)).toThrow(ServiceError);
      expect(() => clock.set('a', declaration)).toThrow(Object.keys(declaration)[0]);
      expect(clock.read('a')).toBeUndefined();
    },
  );

  it('forgets the run that was set longest ago, when names do not end', () => {
    const clock = createStepClock();
    clock.set('first', { step: 1, total_steps: 2 });
    clock.set('second', { step: 1, total_steps: 2 });
    for (let i = 0; i < 998; i += 1) clock.set(`run${i}`, { step: 1, total_steps: 2 });
    clock.set('first', { step: 2 });
    clock.set('one more', { step: 1, total_steps: 2 });
    expect(clock.resolve('first', undefined)).toEqual({ step: 2, total_steps: 2 });
    expect(clock.resolve('second', undefined)).toBeUndefined();
  });
});
