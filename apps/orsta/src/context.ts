/** What every command gets from `cli.ts`: the only way to the terminal, and the news that the user pressed Ctrl-C. */
export interface CommandContext {
  /** Writes to standard output as it is; end lines with `\n`. */
  readonly output: (text: string) => void;
  /** Writes to standard error: progress and warnings of commands whose standard output is data. */
  readonly notice: (text: string) => void;
  /** Aborted by the first Ctrl-C; finish the step, save and return. The exit code is 130 then. */
  readonly signal: AbortSignal;
  /** Says that the command is one that ends by being stopped: the exit code is 0 then and not 130. */
  readonly stopped: () => void;
  readonly terminal: Terminal;
  /** Folder that paths of the command line are relative to. */
  readonly cwd: string;
  /** The command line without node and the program, for the run's manifest. */
  readonly commandLine: readonly string[];
}

/** What the terminal can show. */
export interface Terminal {
  readonly isTTY: boolean;
  /** At most 100. */
  readonly columns: number;
  /** False without a terminal and where `NO_COLOR` is set. */
  readonly color: boolean;
}
