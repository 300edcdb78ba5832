import { describe, expect, it, vi } from 'vitest';
import { createLimiter, createStop, linkStop, sleep } from './wait.ts';

describe('createStop', () => {
  it('calls its listeners once, later ones at once, and those taken off never', () => {
    const stop = createStop();
    const [early, late, off] = [vi.fn(), vi.fn(), vi.fn()];
    stop.on(early);
    stop.on(off)();
    stop.check();
    stop.pull(new Error('first'));
    stop.pull(new Error('second'));
    stop.on(late);
    expect([early, late, off].map((listener) => listener.mock.calls.length)).toEqual([1, 1, 0]);
    expect(() => stop.check()).toThrow('first');
  });
});

describe('linkStop', () => {
  it('hands on the reason of the stop or the signal, until released', () => {
    const parent = createStop();
    const controller = new AbortController();
    const both = linkStop(parent, controller.signal).stop;
    const released = linkStop(parent, controller.signal);
    released.release();
    controller.abort(new Error('aborted'));
    expect(() => both.check()).toThrow('aborted');
    expect(() => linkStop(parent, controller.signal).stop.check()).toThrow('aborted');
    const alone = linkStop(parent, undefined).stop;
    alone.check();
    parent.pull(new Error('pulled'));
    expect(() => alone.check()).toThrow('pulled');
    released.stop.check();
  });
});

describe('sleep', () => {
  it('ends with the first stop, also one that was pulled before', async () => {
    const stop = createStop();
    const slept = sleep(60_000, createStop(), stop);
    stop.pull(undefined);
    await slept;
    await sleep(60_000, stop);
    await sleep(1, createStop());
  });
});

describe('createLimiter', () => {
  it('runs no more than the limit at once, in order, and goes on after a throw', async () => {
    const limited = createLimiter(2);
    let running = 0;
    const most: number[] = [];
    const task = (index: number) => async () => {
      most.push(++running);
      await Promise.resolve();
      running -= 1;
      if (index === 0) throw new Error('first');
      return index;
    };
    const settled = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => limited(task(index))));
    expect(settled.map((item) => (item.status === 'fulfilled' ? item.value : 'thrown'))).toEqual(['thrown', 1, 2, 3, 4]);
    expect(Math.max(...most)).toBe(2);
  });
});
