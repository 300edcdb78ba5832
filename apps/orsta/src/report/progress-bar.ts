import type { Terminal } from '../context.ts';

/** What a bar shows. */
export interface BarState {
  /** Share that is done, 0 to 1. */
  readonly done: number;
  readonly text: string;
}

/** Draws states of long work in place, at most ten a second; a line every 10 percent where there is no terminal. */
export function createProgressBar({ terminal, write }: { terminal: Terminal; write: (text: string) => void }): {
  readonly show: (state: () => BarState) => void;
  readonly end: () => void;
} {
  let drawnAt = 0;
  let drawnTenth = 0;
  let drawn = false;
  return {
    show: (state) => {
      const now = performance.now();
      if (now - drawnAt < 100) return;
      drawnAt = now;
      const { done, text } = state();
      if (terminal.isTTY) {
        write(`\r${bar(done)} ${text}`.slice(0, terminal.columns).padEnd(terminal.columns));
        drawn = true;
      } else if (Math.floor(done * 10) > drawnTenth) {
        drawnTenth = Math.floor(done * 10);
        write(`${String(drawnTenth * 10)} %, ${text}\n`);
      }
    },
    end: () => {
      if (drawn) write(`\r${' '.repeat(terminal.columns)}\r`);
    },
  };
}

function bar(done: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * 20);
  return `[${'#'.repeat(full)}${'.'.repeat(20 - full)}] ${String(Math.floor(done * 100)).padStart(3)} %`;
}
