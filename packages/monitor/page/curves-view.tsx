// All charts of the selection in sections. A chart asks for its numbers when it comes into view; those in view ask together.
import type { JSX } from 'preact';
import { ChartCard } from './chart-card.tsx';
import { patternOf, type Chart } from './chart-plan.ts';
import { axis, charts, filter, layout, logarithmic, shownRuns, smoothing, sources, zoom } from './state.ts';

const MOST_CHARTS = 240;

/** The view of curves. */
export function CurvesView(): JSX.Element {
  const shown = charts.value.slice(0, MOST_CHARTS);
  const sections = groupBySection(shown);
  return (
    <>
      <Toolbar count={charts.value.length} />
      {[...sections].map(([name, members]) => (
        <Section key={name} name={name} charts={members} />
      ))}
      {charts.value.length > MOST_CHARTS && (
        <p class="note">{`${String(charts.value.length - MOST_CHARTS)} further charts: narrow the filter to see them.`}</p>
      )}
      {charts.value.length === 0 && <NothingToShow />}
    </>
  );
}

function Section({ name, charts: members }: { name: string; charts: readonly Chart[] }) {
  return (
    <section class="section" aria-label={name}>
      <h2>
        {name} <span class="faint">{String(members.length)}</span>
      </h2>
      <div class={layout.value === 'source' ? 'grid tiles' : 'grid'}>
        {members.map((chart) => (
          <ChartCard key={chart.id} chart={chart} />
        ))}
      </div>
    </section>
  );
}

function NothingToShow() {
  if (shownRuns.value.length === 0) return <p class="note">Choose a run on the left.</p>;
  return (
    <p class="note">{`No metric of the chosen sources (${[...sources.value].slice(0, 3).join(', ')}) fits. Change the filter, the split or the sources.`}</p>
  );
}

function Toolbar({ count }: { count: number }) {
  const valid = patternOf(filter.value) !== undefined;
  return (
    <div class="toolbar" role="toolbar" aria-label="What is drawn">
      <input
        id="filter"
        type="search"
        class={valid ? 'wide' : 'wide invalid'}
        aria-label="Filter metrics by a regular expression"
        aria-invalid={!valid}
        placeholder="filter, e.g. ^reward/(total|accuracy)   ( / )"
        value={filter.value}
        onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
      />
      <span class="faint count">{valid ? `${String(count)} charts` : 'no valid pattern'}</span>
      <Choice
        label="Layout"
        value={layout.value}
        options={[
          ['metric', 'metrics'],
          ['source', 'source tiles'],
        ]}
        choose={(value) => (layout.value = value)}
      />
      <Choice
        label="Horizontal axis"
        value={axis.value}
        options={[
          ['step', 'step'],
          ['time', 'time'],
        ]}
        choose={chooseAxis}
      />
      <label class="slider">
        smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={smoothing.value}
          onInput={({ currentTarget }) => (smoothing.value = Number(currentTarget.value))}
        />
        <output>{smoothing.value.toFixed(2)}</output>
      </label>
      <button class="chip" aria-pressed={logarithmic.value} onClick={() => (logarithmic.value = !logarithmic.value)}>
        log y
      </button>
      {zoom.value !== undefined && (
        <button class="chip" onClick={() => (zoom.value = undefined)}>
          reset zoom
        </button>
      )}
    </div>
  );
}

function chooseAxis(value: 'step' | 'time'): void {
  zoom.value = undefined;
  axis.value = value;
}

function Choice<Value extends string>({ label, value, options, choose }: ChoiceProps<Value>) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map(([name, shown]) => (
        <button key={name} aria-pressed={value === name} onClick={() => choose(name)}>
          {shown}
        </button>
      ))}
    </div>
  );
}

interface ChoiceProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly choose: (value: Value) => void;
}

function groupBySection(shown: readonly Chart[]): Map<string, Chart[]> {
  const sections = new Map<string, Chart[]>();
  for (const chart of shown) sections.set(chart.section, [...(sections.get(chart.section) ?? []), chart]);
  return sections;
}
