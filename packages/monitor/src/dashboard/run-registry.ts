// The runs of a server: found by looking into the folders again and again, opened when somebody asks, and followed from then on.
import { findRuns } from './find-runs.ts';
import { openRun, type RunData } from './run-data.ts';
import { sourceFacts } from './source-facts.ts';
import type { RunDetails, RunSummary, SourceFacts } from './wire.ts';

/** Told which runs have changed; an empty list means that the list of runs has. */
export type ChangeListener = (runs: readonly string[]) => void;

/** The runs of a server. */
export interface RunRegistry {
  list(): Promise<readonly RunSummary[]>;
  /** Opens a run; resolves when everything that was reported so far is read. */
  open(id: string): Promise<RunData | undefined>;
  details(id: string): Promise<RunDetails | undefined>;
  onChange(listener: ChangeListener): () => void;
  close(): void;
}

const POLL_MS = 1000;
// A long list of runs looks at many files.
const LIST_POLLS = 3;

/** Follows the runs in `folders`. */
export function createRunRegistry(folders: readonly string[]): RunRegistry {
  const opened = new Map<string, RunData>();
  const told = new Map<string, number>();
  const factsOf = rememberFacts();
  const listeners = new Set<ChangeListener>();
  const tell = (runs: readonly string[]): void => listeners.forEach((listener) => listener(runs));
  const state = { runs: [] as readonly RunSummary[], polls: 0, polling: false };

  const list = async (): Promise<readonly RunSummary[]> => {
    const runs = await findRuns(folders);
    const changed = runs.map(({ id }) => id).join('\0') !== state.runs.map(({ id }) => id).join('\0');
    state.runs = runs;
    if (changed) tell([]);
    return runs;
  };
  const poll = async (): Promise<void> => {
    if (state.polling || listeners.size === 0) return;
    state.polling = true;
    try {
      if (state.polls++ % LIST_POLLS === 0) await list();
      await Promise.all([...opened.values()].map((run) => run.refresh()));
      // Not what this refresh found: a request for curves may have read the news before.
      const changed = [...opened].filter(([id, run]) => told.get(id) !== run.revision());
      for (const [id, run] of changed) told.set(id, run.revision());
      if (changed.length > 0) tell(changed.map(([id]) => id));
    } finally {
      state.polling = false;
    }
  };
  // A folder that cannot be read now may be readable the next time.
  const timer = setInterval(() => void poll().catch(() => undefined), POLL_MS);
  timer.unref();

  const open = async (id: string): Promise<RunData | undefined> => {
    const summary = state.runs.find((run) => run.id === id) ?? (await list()).find((run) => run.id === id);
    if (summary === undefined) return undefined;
    const known = opened.get(id);
    const run = known?.folder === summary.folder ? known : openRun(summary.folder);
    opened.set(id, run);
    await run.refresh();
    return run;
  };
  return {
    list,
    open,
    details: async (id) => {
      const run = await open(id);
      const summary = state.runs.find((one) => one.id === id);
      return run === undefined || summary === undefined ? undefined : describe(summary, run, await factsOf(id, run));
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}

/** Facts of a run are looked up for its first steps; what comes later changes little. */
function rememberFacts(): (id: string, run: RunData) => Promise<Record<string, SourceFacts>> {
  const facts = new Map<string, { steps: number; facts: Promise<Record<string, SourceFacts>> }>();
  return (id, run) => {
    const steps = Math.min(3, run.rollouts.steps().length);
    const known = facts.get(id);
    if (known?.steps === steps) return known.facts;
    const found = sourceFacts(run);
    facts.set(id, { steps, facts: found });
    return found;
  };
}

function describe(summary: RunSummary, run: RunData, sources: Readonly<Record<string, SourceFacts>>): RunDetails {
  const series = [...run.series()].map(({ source, split, name, length, steps, values }) => {
    return { source, split, name, points: length, last: values[length - 1]!, step: steps[length - 1]! };
  });
  const steps = run.rollouts.steps().map(({ step, counts }) => ({ step, counts: Object.fromEntries(counts) }));
  return {
    ...summary,
    series: series.map(({ step: _step, ...rest }) => rest),
    steps,
    alarms: run.alarms(),
    sources,
    timed: run.secondsAt() !== undefined,
    lastStep: Math.max(0, ...series.map(({ step }) => step), ...steps.slice(-1).map(({ step }) => step)),
    counts: run.counts(),
    skipped: run.skipped(),
  };
}
