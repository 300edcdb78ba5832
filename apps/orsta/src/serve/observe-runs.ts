import { join } from 'node:path';
import type { RewardEvent, RewardObserver } from '@vtriune/verifiers/server';
import { openRunRecorder, type RunRecorder } from './run-recorder.ts';

/** Where runs are kept, and who is told of trouble. */
export interface ObserveRunsOptions {
  readonly runsDir: string;
  readonly rewardsPerStep: number;
  readonly onError: (error: unknown) => void;
}

/** An observer that keeps the records of every run it sees. */
export interface RunsObserver {
  readonly observe: RewardObserver;
  /** Waits for all records and closes the files. */
  close(): Promise<void>;
}

/** Records each run in a folder of its name, opened with its first result. */
export function observeRuns(options: ObserveRunsOptions): RunsObserver {
  const recorders = new Map<string, Promise<RunRecorder>>();
  // Folders are opened once and results recorded in the order of arrival: every run has a chain of promises.
  const chains = new Map<string, Promise<void>>();
  const recorderOf = (run: string): Promise<RunRecorder> => {
    const opened = recorders.get(run) ?? openRunRecorder({ ...options, run, folder: join(options.runsDir, folderName(run)) });
    recorders.set(run, opened);
    return opened;
  };
  const observe: RewardObserver = (events) => {
    for (const [run, ofRun] of groupByRun(events)) {
      const next = (chains.get(run) ?? Promise.resolve()).then(async () => (await recorderOf(run)).record(ofRun));
      chains.set(run, next.catch(options.onError));
    }
  };
  return {
    observe,
    close: async () => {
      await Promise.all(chains.values());
      for (const opened of recorders.values()) {
        try {
          await (await opened).close();
        } catch (error) {
          options.onError(error);
        }
      }
    },
  };
}

/** A folder name of a run's name, whatever that is: no separators, no dots in front. */
export function folderName(run: string): string {
  const safe = run
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120);
  return safe === '' ? '_' : safe;
}

function groupByRun(events: readonly RewardEvent[]): Map<string, RewardEvent[]> {
  const groups = new Map<string, RewardEvent[]>();
  for (const event of events) {
    const list = groups.get(event.run) ?? [];
    groups.set(event.run, list);
    list.push(event);
  }
  return groups;
}
