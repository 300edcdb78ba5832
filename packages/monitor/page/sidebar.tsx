// Where runs, splits, tasks, verifiers and sources are chosen.
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatAge, formatCount } from './format.ts';
import { strokeOf } from './palette.ts';
import { dark, details, runColor, runs, selected, shownRuns, sources, splits, toggled, toggleRun, view } from './state.ts';

/** The left column. */
export function Sidebar(): JSX.Element {
  return (
    <aside aria-label="Runs and filters">
      <RunList />
      {view.value === 'curves' && (
        <>
          <SplitFilter />
          <SourceFilter />
        </>
      )}
    </aside>
  );
}

function RunList() {
  return (
    <section>
      <h2>Runs</h2>
      <ul class="runs">
        {runs.value.map((run) => {
          const isOn = selected.value.includes(run.id);
          const opened = details.value.get(run.id);
          return (
            <li key={run.id}>
              <label class="row" title={run.folder}>
                <input type="checkbox" checked={isOn} onChange={() => toggleRun(run.id)} />
                <i class="swatch" style={{ background: isOn ? strokeOf(runColor(run.id), dark.value).color : 'transparent' }} />
                <span class="name">{run.id}</span>
                <span class="faint">{opened === undefined ? formatAge(run.modified) : `step ${String(opened.lastStep)}`}</span>
              </label>
            </li>
          );
        })}
      </ul>
      <Skipped />
    </section>
  );
}

/** Lines that could not be read are said, never silently left out. */
function Skipped() {
  const bad = shownRuns.value.reduce((sum, { skipped }) => sum + skipped.bad, 0);
  const partial = shownRuns.value.reduce((sum, { skipped }) => sum + skipped.partial, 0);
  const records = shownRuns.value.reduce((sum, { counts }) => sum + counts.metrics + counts.rollouts + counts.alarms, 0);
  return (
    <p class="note">
      {formatCount(records)} records
      {bad > 0 && <strong>{` · ${formatCount(bad)} lines skipped: no records`}</strong>}
      {partial > 0 && <span>{` · ${String(partial)} half-written`}</span>}
    </p>
  );
}

function SplitFilter() {
  const all = [...new Set(shownRuns.value.flatMap((run) => run.series.map(({ split }) => split)))].sort().reverse();
  return (
    <section>
      <h2>Split</h2>
      <div class="chips">
        {all.map((split) => (
          <button
            key={split}
            class="chip"
            aria-pressed={splits.value.has(split)}
            onClick={() => (splits.value = toggled(splits.value, split))}
          >
            {split}
          </button>
        ))}
      </div>
    </section>
  );
}

function SourceFilter() {
  const search = useSignal('');
  const all = allSources();
  const shown = all.filter(({ source, task, verifier }) =>
    `${source} ${task} ${verifier}`.toLowerCase().includes(search.value.toLowerCase()),
  );
  const tasks = [...new Set(all.map(({ task }) => task).filter((task) => task !== ''))];
  const verifiers = [...new Set(all.map(({ verifier }) => verifier).filter((verifier) => verifier !== ''))];
  const choose = (fits: (entry: SourceEntry) => boolean): void =>
    void (sources.value = new Set(all.filter(fits).map(({ source }) => source)));
  return (
    <section class="grow">
      <h2>Sources</h2>
      <Pick label="By task" names={tasks} choose={(name) => choose(({ task }) => task === name)} />
      <Pick label="By verifier" names={verifiers} choose={(name) => choose(({ verifier }) => verifier === name)} />
      <input
        type="search"
        aria-label="Find a source"
        placeholder="find a source"
        value={search.value}
        onInput={({ currentTarget }) => (search.value = currentTarget.value)}
      />
      <div class="chips">
        <button class="chip" onClick={() => (sources.value = new Set(['all']))}>
          aggregate
        </button>
        <button class="chip" onClick={() => (sources.value = new Set(shown.map(({ source }) => source)))}>
          select {String(shown.length)}
        </button>
      </div>
      <ul class="sources" aria-label="Sources">
        {shown.map(({ source }) => (
          <li key={source}>
            <label class="row">
              <input
                type="checkbox"
                checked={sources.value.has(source)}
                onChange={() => (sources.value = toggled(sources.value, source))}
              />
              <SourceSwatch source={source} />
              <span class="name">{source}</span>
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The color of a source's curves, where sources are what colors tell apart. */
function SourceSwatch({ source }: { source: string }) {
  const place = [...sources.value].indexOf(source);
  const colored = place >= 0 && sources.value.size > 1 && selected.value.length === 1;
  return colored ? <i class="swatch" style={{ background: strokeOf(place, dark.value).color }} /> : null;
}

interface SourceEntry {
  readonly source: string;
  readonly task: string;
  readonly verifier: string;
}

function allSources(): SourceEntry[] {
  const found = new Map<string, SourceEntry>();
  for (const run of shownRuns.value)
    for (const { source } of run.series) {
      const { task = source.startsWith('task:') ? source.slice(5) : '', verifier = '' } = run.sources[source] ?? {};
      if (!found.has(source)) found.set(source, { source, task, verifier });
    }
  const rank = (source: string): number => (source === 'all' ? 0 : source.startsWith('task:') ? 1 : 2);
  return [...found.values()].sort((a, b) => rank(a.source) - rank(b.source) || (a.source < b.source ? -1 : 1));
}

function Pick({ label, names, choose }: { label: string; names: readonly string[]; choose: (name: string) => void }) {
  if (names.length === 0) return null;
  return (
    <select aria-label={label} value="" onChange={({ currentTarget }) => currentTarget.value !== '' && choose(currentTarget.value)}>
      <option value="">{label.toLowerCase()} …</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
