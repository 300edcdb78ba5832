/**
 * Options whose names or values come from modules that take long to load, such as the settings of a recipe. They are added to a command when it
 * is the one that was given, so that the others start at once.
 */
import type { Command } from 'commander';
import type { CommandContext } from './context.ts';

/** Adds options to a command before it reads its words or prints its help. */
export type AddLate = (command: Command, add: () => Promise<unknown>) => void;

/** What the parts of the command table are made with. */
export interface TableParts {
  readonly context: CommandContext;
  readonly late: AddLate;
}

/** Where late options are collected. */
export interface LateOptions {
  readonly add: AddLate;
  /** Adds those of all commands: for what looks at the whole table. */
  readonly all: () => Promise<void>;
}

/** Late options of a new command table. */
export function createLateOptions(): LateOptions {
  const loads: (() => Promise<unknown>)[] = [];
  return {
    add: (command, add) => {
      let added: Promise<unknown> | undefined;
      const once = (): Promise<unknown> => (added ??= add());
      loads.push(once);
      command.parent?.hook('preSubcommand', async (_parent, given) => {
        if (given === command) await once();
      });
    },
    all: async () => {
      for (const load of loads) await load();
    },
  };
}

/** Whether the command line asks for help: texts that only help shows are not made otherwise. */
export function asksForHelp({ commandLine }: CommandContext): boolean {
  return commandLine.some((word) => word === '--help' || word === '-h' || word === 'help');
}

/** Gives a command that has others the command `help [command...]`. Commander's own prints at once, without late options. */
export function addHelpCommand(parent: Command): void {
  parent
    .helpCommand(false)
    .command('help')
    .description('display help for command')
    .argument('[command...]')
    .action(async (words: string[]) => {
      const path: string[] = [];
      let root = parent;
      for (; root.parent !== null; root = root.parent) path.unshift(root.name());
      await root.parseAsync([...path, ...words, '--help'], { from: 'user' });
    });
}
