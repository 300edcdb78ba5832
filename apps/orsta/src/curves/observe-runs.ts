/**
 * Results to the recorders of their runs. A run's folder is opened with its first result, and results that come meanwhile wait for it.
 * Afterwards a result is recorded before its caller is answered. What cannot be recorded is an error of the observer, which the service
 * counts; what fails later, when a step is summed up, is reported with the next results. Names of runs come from outside, so the number
 * of runs is bounded, and only so many are open at a time.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { at } from '@vtriune/format/at';
import type { RewardEvent, RewardObserver } from '@vtriune/verifiers/server';
import { LRUCache } from 'lru-cache';
import { OrstaError } from '../errors.ts';
import { folderName, takePlace } from './run-places.ts';
import { openRunRecorder, type RunRecorder } from './run-recorder.ts';

/** Where runs are kept, and how many. */
export interface ObserveRunsOptions {
  readonly runsDir: string;
  readonly rewardsPerStep: number;
  /** Runs that this service records, with those that are in `runsDir` already; results of further ones are refused. */
  readonly maxRuns: number;
  /** Runs whose files are open at one time, 64 when absent. The one that is idle longest is summed up and closed, and opened again when it goes on. */
  readonly maxOpen?: number;
}

/** An observer that keeps the records of every run it sees. */
export interface RunsObserver {
  readonly observe: RewardObserver;
  /** Waits for all records and closes the files. Throws the first error that was not reported yet. */
  close(): Promise<void>;
}

interface OpenRun {
  readonly recorder: RunRecorder;
  close(): Promise<void>;
}

/** Records each run in a folder of its name. */
export function observeRuns({ runsDir, rewardsPerStep, maxRuns, maxOpen = 64 }: ObserveRunsOptions): RunsObserver {
  const unreported: unknown[] = [];
  const onError = (error: unknown): void => void unreported.push(error);
  mkdirSync(runsDir, { recursive: true });
  const folders = new Set(readdirSync(runsDir));
  const closing = new Map<string, Promise<void>>();
  const open = new LRUCache<string, Promise<OpenRun>>({
    max: maxOpen,
    dispose: (opened, run) => {
      const closed = opened.then((openRun) => openRun.close()).catch(onError);
      closing.set(run, closed);
      void closed.then(() => closing.get(run) === closed && closing.delete(run));
    },
  });
  const openRun = async (run: string): Promise<OpenRun> => {
    await closing.get(run);
    const name = folderName(run);
    if (!folders.has(name) && folders.size >= maxRuns) throw tooManyRuns(run, runsDir, maxRuns);
    folders.add(name);
    const { folder, lock } = await takePlace(runsDir, run);
    const recorder = await openRunRecorder({ run, folder, rewardsPerStep, onError });
    return { recorder, close: () => recorder.close().finally(() => lock.release()) };
  };
  const record = async (run: string, events: readonly RewardEvent[]): Promise<void> => {
    const opened = open.get(run) ?? openRun(run);
    open.set(run, opened, { noDisposeOnSet: true });
    try {
      (await opened).recorder.record(events);
    } catch (error) {
      // A folder that could not be opened is tried again with the next result.
      if (
        open.peek(run) === opened &&
        !(await opened.then(
          () => true,
          () => false,
        ))
      )
        open.delete(run);
      throw error;
    }
  };
  return {
    observe: async (events) => {
      const outcomes = await Promise.allSettled([...groupByRun(events)].map(([run, ofRun]) => record(run, ofRun)));
      const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
      throwFirst([...unreported.splice(0), ...errors]);
    },
    close: async () => {
      open.clear();
      await Promise.all(closing.values());
      throwFirst(unreported.splice(0));
    },
  };
}

function tooManyRuns(run: string, runsDir: string, most: number): OrstaError {
  const message = `Run "${run}" is not recorded: ${runsDir} has ${String(most)} runs, which is the limit. Raise maxRuns, or move old runs away.`;
  return new OrstaError('usage', message);
}

function throwFirst(errors: readonly unknown[]): void {
  if (errors.length > 0) throw at(errors, 0);
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
