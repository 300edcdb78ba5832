import { compareOpen, moveGroup, moveStep } from './rollout-state.ts';
import { axis, dark, helpOpen, layout, theme, view, zoom } from './state.ts';

const ACTIONS: Readonly<Record<string, () => void>> = {
  '1': () => (view.value = 'curves'),
  '2': () => (view.value = 'rollouts'),
  '3': () => (view.value = 'alarms'),
  '?': () => (helpOpen.value = true),
  '/': focusFilter,
  t: () => (theme.value = dark.value ? 'light' : 'dark'),
  s: () => (layout.value = layout.value === 'metric' ? 'source' : 'metric'),
  x: () => (axis.value = axis.value === 'step' ? 'time' : 'step'),
  c: () => (compareOpen.value = !compareOpen.value),
  j: () => moveGroup(1),
  k: () => moveGroup(-1),
  ArrowRight: () => view.value === 'rollouts' && moveStep(1),
  ArrowLeft: () => view.value === 'rollouts' && moveStep(-1),
  Escape: () => (zoom.value = undefined),
};

/** Keys work everywhere but where one writes. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || helpOpen.value) return;
    const { target } = event;
    const writes = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
    if (writes) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    const action = ACTIONS[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

function focusFilter(): void {
  const id = view.value === 'rollouts' ? 'rollout-text' : 'filter';
  document.getElementById(id)?.focus();
}
