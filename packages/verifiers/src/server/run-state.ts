/**
 * All that the service remembers between two requests: how far runs are, and which calls were counted. Everything else is stateless, so
 * several services can share one state (`redis-run-state.ts`). This one is the memory of one process: after a restart a run declares itself again.
 */
import { LRUCache } from 'lru-cache';
import { declareRun, reportRun, type RunDeclaration, type RunEntry, type RunReport } from './run-progress.ts';

/** What services remember of runs. Any method may reject; the request at hand then fails, and is asked again. */
export interface RunState {
  /** Takes a run's word and says what is known now. Throws ServiceError `invalid_body` for a number out of range. */
  declare(run: string, declaration: RunDeclaration): Promise<RunReport>;
  /** What is known of a run; `undefined` for one that never declared itself. */
  read(run: string): Promise<RunReport | undefined>;
  /**
   * Counts answered train requests, failed ones included: the trainer made them all in its step. With a key, only the first call under it
   * counts; false for a later one. No effect on a run that never declared itself.
   */
  count(run: string, requests: number, key: string | undefined): Promise<boolean>;
  /** The results of a counted call were recorded. Before that, a process that dies must not make its retry a repeated call. */
  confirm(run: string, key: string): Promise<void>;
  close(): Promise<void>;
}

// Names of runs and keys come from outside, so both are bounded. A client asks again within minutes, and its last 65,536 calls are many.
const MOST_RUNS = 1000;
const MOST_KEYS = 65_536;

/** A state in the memory of this process that knows no run yet. */
export function createRunState(): RunState {
  const runs = new LRUCache<string, { entry: RunEntry; answered: number }>({ max: MOST_RUNS });
  const keys = new LRUCache<string, true>({ max: MOST_KEYS });
  return {
    declare: async (run, declaration) => {
      const { entry, answered } = runs.get(run) ?? { entry: undefined, answered: 0 };
      const next = declareRun(entry, declaration, answered);
      runs.set(run, { entry: next, answered });
      return reportRun(next, answered);
    },
    read: async (run) => {
      const known = runs.get(run);
      return known === undefined ? undefined : reportRun(known.entry, known.answered);
    },
    count: async (run, requests, key) => {
      const name = JSON.stringify([run, key]);
      if (key !== undefined && keys.has(name)) return false;
      if (key !== undefined) keys.set(name, true);
      const known = runs.get(run);
      if (known !== undefined) runs.set(run, { ...known, answered: known.answered + requests });
      return true;
    },
    // The memory of a process that dies is gone, and with it what it had counted.
    confirm: async () => undefined,
    close: async () => undefined,
  };
}
