import type { JSX } from 'preact';
import { connected, dark, helpOpen, shownRuns, theme, view, type View } from './state.ts';

/** Name, views, and whether what is shown is live. */
export function TopBar(): JSX.Element {
  const alarms = shownRuns.value.reduce((sum, run) => sum + run.alarms.length, 0);
  const critical = shownRuns.value.some((run) => run.alarms.some(({ severity }) => severity === 'critical'));
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <span class="brand">
        <img src="icon.svg" alt="" width="22" height="22" /> V-Triune <span class="faint">monitor</span>
      </span>
      <nav aria-label="Views">
        <Tab name="curves" label="Curves" />
        <Tab name="rollouts" label="Rollouts" />
        <Tab name="alarms" label="Alarms" count={alarms} critical={critical} />
      </nav>
      <span class="spacer" />
      <span class={`live ${connected.value ? 'on' : 'off'}`} role="status">
        <i aria-hidden="true" /> {connected.value ? 'live' : 'server not reached'}
      </span>
      <button
        class="icon"
        aria-label={dark.value ? 'Use light colors' : 'Use dark colors'}
        onClick={() => (theme.value = dark.value ? 'light' : 'dark')}
      >
        {dark.value ? '☀' : '☾'}
      </button>
      <button class="icon" aria-label="Explain the keys" onClick={() => (helpOpen.value = true)}>
        ?
      </button>
    </header>
  );
}

function Tab({ name, label, count = 0, critical = false }: { name: View; label: string; count?: number; critical?: boolean }) {
  return (
    <button class="tab" aria-current={view.value === name ? 'page' : undefined} onClick={() => (view.value = name)}>
      {label}
      {count > 0 && <span class={`badge ${critical ? 'critical' : ''}`}>{count}</span>}
    </button>
  );
}
