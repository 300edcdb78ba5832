import { expect, it } from 'vitest';
import { createWatchdog, FINISHED, NOT_STARTED, type WatchedTask } from './watchdog.ts';

const limits = { deadlineMs: 100, startMs: 1000, memoryMb: 200, workers: 2 };

/** Tasks whose current item is set by hand, and a look at them at a time, with so many megabytes in use. */
function setUp(count: number) {
  const ended: string[] = [];
  const current = Array.from({ length: count }, () => 0);
  const used = { mb: 1000 };
  const tasks = new Set(
    current.map((_, task): WatchedTask => ({
      current: () => current[task] as number,
      end: (reason, index) => ended.push(`task ${task}: ${reason} of item ${index}`),
    })),
  );
  const watch = createWatchdog(tasks, limits, () => used.mb);
  const look = (now: number, mb = used.mb): void => {
    used.mb = mb;
    watch(now);
  };
  return { ended, current, look };
}

it('ends an item only after its deadline', () => {
  const { ended, current, look } = setUp(1);
  current[0] = 3;
  look(50);
  look(150);
  expect(ended).toEqual([]);
  look(151);
  expect(ended).toEqual(['task 0: deadline of item 3']);
});

it('does not count the time for which the process was suspended', () => {
  const { ended, current, look } = setUp(1);
  current[0] = NOT_STARTED;
  look(0);
  look(600_000);
  look(600_250);
  expect(ended).toEqual([]);
  for (let now = 600_500; now <= 601_000; now += 250) look(now);
  expect(ended).toEqual([`task 0: start of item ${NOT_STARTED}`]);
});

it('gives every item a deadline of its own', () => {
  const { ended, current, look } = setUp(1);
  for (let now = 0; now < 2000; now += 80) {
    current[0] = now / 80;
    look(now);
  }
  expect(ended).toEqual([]);
});

it('counts neither the start of a worker nor the way of an answer toward the deadline', () => {
  const { ended, current, look } = setUp(2);
  current[0] = NOT_STARTED;
  current[1] = FINISHED;
  for (let now = 0; now <= 1000; now += 200) look(now);
  expect(ended).toEqual([]);
  look(1001);
  expect(ended).toEqual([`task 0: start of item ${NOT_STARTED}`]);
});

it('ends the item during which the memory grew, and not the one that ran all along', () => {
  const { ended, current, look } = setUp(2);
  current[1] = FINISHED;
  look(0, 1000);
  current[1] = 5;
  look(20, 1010);
  look(40, 1230);
  expect(ended).toEqual([]);
  look(60, 1250);
  expect(ended).toEqual(['task 1: memory of item 5']);
});

it('ends the one that ran all along when it was alone as the memory grew', () => {
  const { ended, current, look } = setUp(2);
  current[1] = FINISHED;
  look(0, 1000);
  look(20, 1200);
  current[1] = 5;
  look(40, 1220);
  look(60, 1240);
  expect(ended).toEqual(['task 0: memory of item 0']);
});

it('blames the one that grew also where only the earlier one is over the limit', () => {
  const { ended, current, look } = setUp(2);
  current[1] = FINISHED;
  look(0, 1000);
  current[1] = 5;
  look(20, 1010);
  look(40, 1240);
  expect(ended).toEqual(['task 1: memory of item 5']);
});

it('measures each item from its own beginning', () => {
  const { ended, current, look } = setUp(1);
  for (let item = 0; item < 20; item += 1) {
    current[0] = item;
    look(item * 40, 1000 + item * 200);
    look(item * 40 + 20, 1150 + item * 200);
  }
  expect(ended).toEqual([]);
});
