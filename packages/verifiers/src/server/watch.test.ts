import { expect, it } from 'vitest';
import { FINISHED, NOT_STARTED } from './beacon.ts';
import { createWatch, type Watched } from './watch.ts';

interface Scene {
  now: number;
  mb: number;
}

const limits = { deadlineMs: 100, startMs: 1000, memoryMb: 200 };

function lane() {
  const ended: string[] = [];
  const state: { flight: ReturnType<Watched['flight']> } = { flight: undefined };
  const watched: Watched = {
    flight: () => state.flight,
    end: (reason, index) => {
      ended.push(`${reason} ${index}`);
      state.flight = undefined;
    },
  };
  return { watched, ended, at: (index: number, since = 0) => (state.flight = { posted: 0, index, since }) };
}

function watchOver(lanes: readonly ReturnType<typeof lane>[]) {
  const scene: Scene = { now: 0, mb: 1000 };
  const tick = createWatch(
    lanes.map(({ watched }) => watched),
    limits,
    { now: () => scene.now, usedMb: () => scene.mb },
  );
  return (change: Partial<Scene>) => {
    Object.assign(scene, change);
    tick();
  };
}

it('ends an item only after its deadline', () => {
  const one = lane();
  const look = watchOver([one]);
  one.at(3, 50);
  look({ now: 150 });
  expect(one.ended).toEqual([]);
  look({ now: 151 });
  expect(one.ended).toEqual(['deadline 3']);
});

it('does not count the wait for a thread, or for the answer to be read, towards the deadline', () => {
  const [starting, finished] = [lane(), lane()];
  const look = watchOver([starting, finished]);
  starting.at(NOT_STARTED);
  finished.at(FINISHED);
  look({ now: 1000 });
  expect([starting.ended, finished.ended]).toEqual([[], []]);
  look({ now: 1001 });
  expect([starting.ended, finished.ended]).toEqual([[`start ${NOT_STARTED}`], []]);
});

it('ends the item during which the memory grew, and not the one that ran all along', () => {
  const [patient, hungry] = [lane(), lane()];
  const look = watchOver([patient, hungry]);
  patient.at(0, 1);
  look({ now: 20, mb: 1000 });
  hungry.at(5, 25);
  look({ now: 40, mb: 1010 });
  look({ now: 60, mb: 1200 });
  expect([patient.ended, hungry.ended]).toEqual([[], []]);
  look({ now: 80, mb: 1250 });
  expect([patient.ended, hungry.ended]).toEqual([[], ['memory 5']]);
});

it('ends the one that ran all along when it was alone as the memory grew', () => {
  const [hungry, late] = [lane(), lane()];
  const look = watchOver([hungry, late]);
  hungry.at(0, 1);
  look({ now: 20, mb: 1000 });
  look({ now: 40, mb: 1200 });
  late.at(5, 41);
  look({ now: 60, mb: 1250 });
  expect([hungry.ended, late.ended]).toEqual([['memory 0'], []]);
});

it('measures each item from its own beginning', () => {
  const one = lane();
  const look = watchOver([one]);
  for (let item = 0; item < 20; item += 1) {
    one.at(item, item * 50);
    look({ now: item * 50 + 20, mb: 1000 + item * 300 });
    look({ now: item * 50 + 40, mb: 1150 + item * 300 });
  }
  expect(one.ended).toEqual([]);
});

it('does not measure while items are short', () => {
  const one = lane();
  let measured = 0;
  const sources = { now: () => 105, usedMb: () => (measured += 1) };
  const tick = createWatch([one.watched], limits, sources);
  one.at(0, 100);
  tick();
  expect(measured).toBe(0);
});
