import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { helpOpen } from './state.ts';

const KEYS = [
  ['1  2  3', 'curves, rollouts, alarms'],
  ['/', 'filter'],
  ['← →', 'step before and after (rollouts)'],
  ['j  k', 'next and previous prompt (rollouts)'],
  ['c', 'compare with another step (rollouts)'],
  ['s', 'layout: metrics or source tiles'],
  ['x', 'steps or time'],
  ['Esc', 'whole range again, close'],
  ['t', 'light or dark'],
  ['?', 'these keys'],
] as const;

/** The keys. */
export function HelpDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-label="Keys" onClose={() => (helpOpen.value = false)}>
      <h2>Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="faint">Drag in a chart to zoom all of them; double-click to see the whole range.</p>
      <button class="chip" onClick={() => (helpOpen.value = false)}>
        close
      </button>
    </dialog>
  );
}
