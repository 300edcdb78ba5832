/**
 * Results to the recorders of their runs. A run's folder is opened with its first result, and those that come meanwhile wait for it; afterwards a
 * result is recorded before its caller is answered. Names of runs come from outside, so only so many are open at a time.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RewardEvent, RewardObserver } from '@vtriune/verifiers/server';
import { openRunRecorder, type RunRecorder } from './run-recorder.ts';

/** Where runs are kept, and who is told of trouble. */
export interface ObserveRunsOptions {
  readonly runsDir: string;
  readonly rewardsPerStep: number;
  readonly onError: (error: unknown) => void;
  /** Runs whose files are open at one time, 64 when absent; the one that is idle longest is summed up and closed, and opened again when it goes on. */
  readonly maxOpen?: number;
}

/** An observer that keeps the records of every run it sees. */
export interface RunsObserver {
  readonly observe: RewardObserver;
  /** Waits for all records and closes the files. */
  close(): Promise<void>;
}

interface Slot {
  /** Absent while the folder is read. */
  recorder?: RunRecorder;
  /** Settles when all that was given so far is recorded; never rejects. */
  done: Promise<void>;
}

/** Records each run in a folder of its name. */
export function observeRuns(options: ObserveRunsOptions): RunsObserver {
  const { runsDir, onError, maxOpen = 64 } = options;
  /** By the time of their last result. */
  const slots = new Map<string, Slot>();
  const closing = new Map<string, Promise<void>>();
  const open = (run: string): Slot => {
    const slot: Slot = { done: Promise.resolve() };
    const folder = join(runsDir, folderName(run));
    const opened = (closing.get(run) ?? Promise.resolve()).then(() => openRunRecorder({ ...options, run, folder }));
    slot.done = opened.then(
      (recorder) => {
        slot.recorder = recorder;
      },
      (error: unknown) => {
        onError(error);
        // What comes next tries again.
        if (slots.get(run) === slot) slots.delete(run);
      },
    );
    return slot;
  };
  const closeSlot = (run: string, slot: Slot): void => {
    slots.delete(run);
    const closed = slot.done.then(() => slot.recorder?.close()).catch(onError);
    const entry = closed.then(() => {
      // The run may have been opened and closed again meanwhile.
      if (closing.get(run) === entry) closing.delete(run);
    });
    closing.set(run, entry);
  };
  const observe: RewardObserver = (events) => {
    const waits = [...groupByRun(events)].flatMap(([run, ofRun]) => {
      const slot = slots.get(run) ?? open(run);
      slots.delete(run);
      slots.set(run, slot);
      return record(slot, ofRun, onError) ?? [];
    });
    for (const [run, slot] of slots) if (slots.size > maxOpen) closeSlot(run, slot);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  };
  return {
    observe,
    close: async () => {
      for (const [run, slot] of slots) closeSlot(run, slot);
      await Promise.all(closing.values());
    },
  };
}

function record(slot: Slot, events: readonly RewardEvent[], onError: (error: unknown) => void): Promise<void> | undefined {
  const write = (): void => {
    try {
      slot.recorder?.record(events);
    } catch (error) {
      onError(error);
    }
  };
  if (slot.recorder === undefined) return (slot.done = slot.done.then(write));
  write();
  return undefined;
}

/**
 * A folder name of a run's name, whatever that is: no separators, no dots in front. One that had to be changed ends with a digest of the name, so that
 * two runs never share a folder.
 */
export function folderName(run: string): string {
  const safe = run
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120);
  return safe === run && safe !== '' ? safe : `${safe}_${createHash('sha1').update(run).digest('hex').slice(0, 8)}`;
}

function groupByRun(events: readonly RewardEvent[]): Map<string, RewardEvent[]> {
  const groups = new Map<string, RewardEvent[]>();
  for (const event of events) {
    const list = groups.get(event.run);
    if (list === undefined) groups.set(event.run, [event]);
    else list.push(event);
  }
  return groups;
}
