import { pino } from 'pino';

/** What the service logs with; a pino logger is one. Payloads (responses, ground truths) and messages about them are never logged. */
export interface ServiceLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A logger that writes JSON lines to the standard error, so that the standard output stays free for the program. */
export function createServiceLogger(level: 'debug' | 'info' | 'warn' | 'error' | 'silent' = 'info'): ServiceLogger {
  return pino({ name: 'vtriune-rewards', level }, pino.destination(2));
}
