#!/usr/bin/env node
import { CommanderError } from 'commander';
import { commandTable } from './command-table.ts';
import { isUsageError } from './errors.ts';
import { allowFusedMultiplyAdd } from './fused-multiply-add.ts';
import { createContext, EXIT, failureText, handleInterrupts } from './process.ts';

allowFusedMultiplyAdd();
const interrupts = handleInterrupts();
let endedWell = false;
const context = createContext(interrupts.signal, () => {
  endedWell = true;
});
try {
  await commandTable(context).parseAsync(process.argv);
  process.exitCode = interrupts.signal.aborted && !endedWell ? EXIT.interrupted : EXIT.ok;
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    context.notice(failureText(error));
    process.exitCode = isUsageError(error) ? EXIT.usage : EXIT.failure;
  }
}
interrupts.close();
