// Everything that the page shows, as signals; what a link should bring back is in the address.
import { computed, effect, signal, type Signal } from '@preact/signals';
import type { RunDetails, RunSummary } from '../src/dashboard/wire.ts';
import { fetchRun, fetchRuns, followChanges } from './api.ts';
import { planCharts, type Chart } from './chart-plan.ts';

/** The three views. */
export type View = 'curves' | 'rollouts' | 'alarms';

/** All runs. */
export const runs: Signal<readonly RunSummary[]> = signal([]);
/** Ids of the selected runs. */
export const selected: Signal<readonly string[]> = signal([]);
/** Opened runs by id. */
export const details: Signal<ReadonlyMap<string, RunDetails>> = signal(new Map());
/** Whether the server answers. */
export const connected: Signal<boolean> = signal(true);
/** The first list of runs has come. */
export const loaded: Signal<boolean> = signal(false);
/** What went wrong last, for the reader. */
export const problem: Signal<string> = signal('');
/** Counts the changes of selected runs: charts ask again when it grows. */
export const version: Signal<number> = signal(0);

/** What is shown. */
export const view: Signal<View> = signal('curves');
/** Filter of metric names and sources. */
export const filter: Signal<string> = signal('');
/** A chart a metric, or a tile a source. */
export const layout: Signal<'metric' | 'source'> = signal('metric');
/** Sources whose curves are shown. */
export const sources: Signal<ReadonlySet<string>> = signal(new Set(['all']));
/** Splits whose curves are shown. */
export const splits: Signal<ReadonlySet<string>> = signal(new Set(['train']));
/** Factor of the moving average. */
export const smoothing: Signal<number> = signal(0.6);
/** What x is. */
export const axis: Signal<'step' | 'time'> = signal('step');
/** Whether y is logarithmic. */
export const logarithmic: Signal<boolean> = signal(false);
/** The part of x that is zoomed to. */
export const zoom: Signal<{ from: number; to: number } | undefined> = signal(undefined);
/** Light, dark, or what the system says. */
export const theme: Signal<'light' | 'dark' | 'auto'> = signal('auto');
/** Whether the keys are explained. */
export const helpOpen: Signal<boolean> = signal(false);

const systemDark: Signal<boolean> = signal(matchMedia('(prefers-color-scheme: dark)').matches);
/** Whether the page is dark. */
export const dark: Signal<boolean> = computed(() => (theme.value === 'auto' ? systemDark.value : theme.value === 'dark'));

/** The selected runs that are loaded. */
export const shownRuns: Signal<readonly RunDetails[]> = computed(() =>
  selected.value.flatMap((id) => {
    const found = details.value.get(id);
    return found === undefined ? [] : [found];
  }),
);

/** All charts of the selection. */
export const charts: Signal<readonly Chart[]> = computed(() =>
  planCharts({
    runs: shownRuns.value,
    layout: layout.value,
    filter: filter.value,
    sources: sources.value,
    splits: splits.value,
    colorOf: runColor,
  }),
);

/** Place of a run in the palette: that of its selection. */
export function runColor(id: string): number {
  return Math.max(0, selected.value.indexOf(id));
}

/** Adds a run to the selection or takes it out. */
export function toggleRun(id: string): void {
  const now = selected.value;
  selected.value = now.includes(id) ? now.filter((one) => one !== id) : [...now, id];
}

/** A set with a member added or taken out. */
export function toggled<Member>(set: ReadonlySet<Member>, member: Member): ReadonlySet<Member> {
  const changed = new Set(set);
  if (!changed.delete(member)) changed.add(member);
  return changed;
}

/** Begins to follow the server. */
export function startState(): void {
  readAddress();
  // A link to other runs that is opened in the same tab changes nothing but the hash.
  addEventListener('hashchange', readAddress);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => (systemDark.value = matches));
  effect(() => void (document.documentElement.dataset['theme'] = dark.value ? 'dark' : 'light'));
  effect(() => {
    for (const id of selected.value) if (!details.peek().has(id)) void loadRun(id);
  });
  effect(writeAddress);
  followChanges({
    connected: (yes) => (connected.value = yes),
    changed: (ids) => {
      if (ids.length === 0) void loadRuns();
      for (const id of ids) if (selected.value.includes(id)) void loadRun(id);
    },
  });
}

async function loadRuns(): Promise<void> {
  await reporting(async () => {
    runs.value = await fetchRuns();
    loaded.value = true;
    const known = selected.value.filter((id) => runs.value.some((run) => run.id === id));
    const [newest] = runs.value;
    selected.value = known.length > 0 || newest === undefined ? known : [newest.id];
    await Promise.all(selected.value.map(loadRun));
  });
}

async function loadRun(id: string): Promise<void> {
  await reporting(async () => {
    const run = await fetchRun(id);
    details.value = new Map(details.value).set(id, run);
    const { lastStep, modified, bytes } = run;
    runs.value = runs.value.map((one) => (one.id === id ? { ...one, lastStep, modified, bytes } : one));
    version.value += 1;
  });
}

/** Does something and shows what goes wrong. */
export async function reporting(task: () => Promise<void>): Promise<void> {
  try {
    await task();
    problem.value = '';
  } catch (error) {
    problem.value = error instanceof Error ? error.message : String(error);
  }
}

function readAddress(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  const list = (name: string): string[] | undefined =>
    given
      .get(name)
      ?.split('\n')
      .filter((text) => text !== '');
  selected.value = list('runs') ?? selected.value;
  const shown = given.get('view');
  if (shown === 'curves' || shown === 'rollouts' || shown === 'alarms') view.value = shown;
  filter.value = given.get('filter') ?? filter.value;
  if (given.get('layout') === 'source') layout.value = 'source';
  sources.value = new Set(list('sources') ?? sources.value);
  splits.value = new Set(list('splits') ?? splits.value);
  const factor = Number(given.get('smoothing') ?? smoothing.value);
  if (factor >= 0 && factor < 1) smoothing.value = factor;
  if (given.get('axis') === 'time') axis.value = 'time';
  const look = given.get('theme');
  if (look === 'light' || look === 'dark') theme.value = look;
}

function writeAddress(): void {
  const state = new URLSearchParams({
    runs: selected.value.join('\n'),
    view: view.value,
    filter: filter.value,
    layout: layout.value,
    sources: [...sources.value].join('\n'),
    splits: [...splits.value].join('\n'),
    smoothing: String(smoothing.value),
    axis: axis.value,
    theme: theme.value,
  });
  history.replaceState(null, '', `#${state.toString()}`);
}
