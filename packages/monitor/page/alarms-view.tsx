import type { JSX } from 'preact';
import { formatNumber } from './format.ts';
import { shownRuns, splits, view } from './state.ts';
import { rolloutStep } from './rollout-state.ts';

/** All alarms of the selected runs, newest first, with the numbers that raised them. */
export function AlarmsView(): JSX.Element {
  const alarms = shownRuns.value
    .flatMap((run) => run.alarms.map((alarm) => ({ id: run.id, alarm })))
    .sort((a, b) => b.alarm.step - a.alarm.step);
  if (alarms.length === 0)
    return (
      <section class="empty">
        <h1>No alarms</h1>
        <p>Nothing that the rules watch for has happened in {shownRuns.value.map(({ id }) => id).join(', ') || 'the chosen runs'}.</p>
      </section>
    );
  return (
    <ol class="alarms" aria-label="Alarms">
      {alarms.map(({ id, alarm }, index) => (
        <li key={`${id} ${String(index)}`} class={`alarm ${alarm.severity}`}>
          <header>
            <span class={`severity ${alarm.severity}`}>{alarm.severity}</span>
            <strong>{alarm.alarm}</strong>
            <span class="faint">{`${id} · step ${String(alarm.step)} · ${alarm.source}`}</span>
            <button class="chip" onClick={() => look(alarm.step)}>
              look at its rollouts
            </button>
          </header>
          <p>{alarm.message}</p>
          <dl>
            {Object.entries(alarm.values).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{formatNumber(value)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}

function look(step: number): void {
  rolloutStep.value = step;
  splits.value = new Set(['train', ...splits.value]);
  view.value = 'rollouts';
}
