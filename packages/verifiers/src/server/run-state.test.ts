import { describe, expect, it } from 'vitest';
import { ServiceError } from '../service-error.ts';
import { resolveProgress } from './run-progress.ts';
import { createRunState } from './run-state.ts';

function setUp() {
  const state = createRunState();
  let calls = 0;
  return {
    ...state,
    count: (run: string, requests: number) => state.count(run, requests, String((calls += 1))),
    resolve: async (run: string, own?: { step?: number; total_steps?: number }) => resolveProgress(await state.read(run), own),
  };
}

describe('progress of runs', () => {
  it('is unknown for a run that said nothing', async () => {
    const { count, read, resolve } = setUp();
    await count('a', 1000);
    expect([await resolve('a'), await read('a')]).toEqual([undefined, undefined]);
  });

  it('is that of the request first, then what the run reported', async () => {
    const { declare, resolve } = setUp();
    await declare('a', { step: 7, total_steps: 100 });
    expect(await resolve('a', { step: 9, total_steps: 90 })).toEqual({ step: 9, total_steps: 90 });
    expect(await resolve('a')).toEqual({ step: 7, total_steps: 100 });
    expect(await resolve('b')).toBeUndefined();
  });

  it('completes a step without a total, and a total without a step', async () => {
    const { declare, resolve } = setUp();
    await declare('a', { total_steps: 100 });
    expect(await resolve('a')).toBeUndefined();
    expect(await resolve('a', { step: 30 })).toEqual({ step: 30, total_steps: 100 });
    await declare('a', { step: 31 });
    expect(await resolve('a', { total_steps: 50 })).toEqual({ step: 31, total_steps: 50 });
    expect(await resolve('b', { step: 30 })).toBeUndefined();
  });

  it('is counted only for a run that declared rewards per step and the total', async () => {
    const { declare, count, read, resolve } = setUp();
    await declare('a', { rewards_per_step: 8 });
    await count('a', 8);
    expect(await resolve('a')).toBeUndefined();
    await declare('a', { total_steps: 10 });
    expect(await resolve('a')).toEqual({ step: 1, total_steps: 10 });
    await count('a', 15);
    expect(await resolve('a')).toEqual({ step: 2, total_steps: 10 });
    await count('a', 800);
    expect(await resolve('a')).toEqual({ step: 10, total_steps: 10 });
    expect(await read('a')).toMatchObject({ source: 'inferred', counted: 823 });
  });

  it('is not disturbed by the same declaration again', async () => {
    const { declare, count, resolve } = setUp();
    for (let worker = 0; worker < 8; worker += 1) {
      await declare('a', { rewards_per_step: 8, total_steps: 10 });
      await count('a', 7);
    }
    expect(await resolve('a')).toEqual({ step: 7, total_steps: 10 });
  });

  it('takes a reported step over the count, and keeps it', async () => {
    const { declare, count, read, resolve } = setUp();
    await declare('a', { rewards_per_step: 4, total_steps: 100 });
    await count('a', 40);
    await declare('a', { step: 42 });
    await count('a', 40);
    expect(await resolve('a')).toEqual({ step: 42, total_steps: 100 });
    expect(await read('a')).toMatchObject({ source: 'reported' });
  });

  it('counts on from a step that comes with rewards per step, as a resumed run needs it', async () => {
    const { declare, count, resolve } = setUp();
    await declare('a', { step: 50, rewards_per_step: 4, total_steps: 100 });
    await count('a', 9);
    expect(await resolve('a')).toEqual({ step: 52, total_steps: 100 });
    await declare('a', { rewards_per_step: 2 });
    await count('a', 4);
    expect(await resolve('a')).toEqual({ step: 54, total_steps: 100 });
  });

  it.each([{ step: -1 }, { step: NaN }, { total_steps: 0 }, { rewards_per_step: 1.5 }, { step: '3' as unknown as number }])(
    'refuses %j, naming the member',
    async (declaration) => {
      const { declare, read } = setUp();
      const refused = declare('a', declaration);
      await expect(refused).rejects.toThrow(ServiceError);
      await expect(refused).rejects.toThrow(Object.keys(declaration)[0]);
      expect(await read('a')).toBeUndefined();
    },
  );

  it('forgets the run that was used longest ago when names do not end', async () => {
    const { declare, resolve } = setUp();
    await declare('first', { step: 1, total_steps: 2 });
    await declare('second', { step: 1, total_steps: 2 });
    for (let i = 0; i < 998; i += 1) await declare(`run${i}`, { step: 1, total_steps: 2 });
    await declare('first', { step: 2 });
    await declare('one more', { step: 1, total_steps: 2 });
    expect(await resolve('first')).toEqual({ step: 2, total_steps: 2 });
    expect(await resolve('second')).toBeUndefined();
  });
});

describe('calls that come again', () => {
  it('count once under one key of one run', async () => {
    const { declare, count, read } = createRunState();
    await declare('r', { rewards_per_step: 1, total_steps: 9 });
    const calls = [
      ['r', 'a'],
      ['r', 'a'],
      ['s', 'a'],
      ['r', 'b'],
      ['r', undefined],
      ['r', undefined],
    ] as const;
    const counted = [];
    for (const [run, key] of calls) counted.push(await count(run, 1, key));
    expect(counted).toEqual([true, false, true, true, true, true]);
    expect(await read('r')).toMatchObject({ counted: 4 });
  });
});
