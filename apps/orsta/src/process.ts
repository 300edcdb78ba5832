import type { CommandContext } from './context.ts';
import { MAX_COLUMNS } from './report/table.ts';

/** Exit codes of the program. */
export const EXIT = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

const NARROWEST = 20;

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

/** Ctrl-C once aborts the signal, so that the command can save; twice ends the process at once. */
export function handleInterrupts(): { signal: AbortSignal; close(): void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    process.stderr.write('\nstopping as soon as all is saved; press Ctrl-C again to stop at once\n');
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt);
  return {
    signal: controller.signal,
    close: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupt);
    },
  };
}

/** What is shown of an error: the message, and the stack only of errors that nobody meant to throw. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `error: ${String(error)}\n`;
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return code === '' ? `error: ${error.stack ?? error.message}\n` : `error${code}: ${error.message}\n`;
}
