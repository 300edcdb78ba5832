import type { CommandContext } from './context.ts';
import { MAX_COLUMNS } from './report/table.ts';

/** Exit codes of the program. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

const NARROWEST = 20;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The context of this process. */
export function createContext(signal: AbortSignal, stopped: () => void): CommandContext {
  const isTTY = process.stdout.isTTY === true;
  return {
    output: (text) => void process.stdout.write(text),
    notice: (text) => void process.stderr.write(text),
    signal,
    stopped,
    terminal: { isTTY, columns: columnsOf(process.stdout.columns), color: isTTY && !process.env['NO_COLOR'] },
    cwd: process.cwd(),
    commandLine: process.argv.slice(2),
  };
}

/** A width to draw in; some terminals say that they are 0 columns wide. */
export function columnsOf(reported: number | undefined): number {
  return reported === undefined || reported < NARROWEST ? MAX_COLUMNS : Math.min(MAX_COLUMNS, reported);
}

/**
 * Aborts the signal, so that the command can save what it has: on Ctrl-C, on SIGTERM, when the terminal hangs up, and without a word when
 * nobody reads the output any more (`orsta score ... | head`). A second Ctrl-C or SIGTERM ends the process at once.
 */
export function handleInterrupts(): { signal: AbortSignal; close(): void } {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals): void => {
    // A closing terminal may send SIGHUP several times; that is no wish to lose the checkpoint.
    if (controller.signal.aborted && name !== 'SIGHUP') process.exit(EXIT.interrupted);
    if (controller.signal.aborted) return;
    controller.abort();
    process.stderr.write('\nstopping as soon as all is saved; press Ctrl-C again to stop at once\n');
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stopWriting);
  return {
    signal: controller.signal,
    // The streams keep their handlers: a write under way may still fail.
    close: () => {
      for (const name of SIGNALS) process.off(name, interrupt);
    },
  };

  function stopWriting(error: NodeJS.ErrnoException): void {
    // A closed pipe, or a terminal that is gone.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    controller.abort();
  }
}

/** What is shown of an error: the message, and the stack only of errors that nobody meant to throw. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}\n`;
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return code === '' ? `error: ${error.stack ?? error.message}\n` : `error${code}: ${error.message}\n`;
}
