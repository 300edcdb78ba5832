import type { AskerOptions } from '../benchmarks/ask/asker-of.ts';
import type { AskOptions } from '../run/asked-model.ts';
import type { Rules } from '../benchmarks/contract.ts';

/** Options of `orsta eval bench`. */
export interface BenchCommandOptions extends AskerOptions, Omit<AskOptions, 'model' | 'adapter'> {
  readonly data: string;
  readonly predictions?: string;
  readonly rules: Rules;
  /** Names of prompts; several are evaluated one after the other. */
  readonly prompt?: readonly string[];
  readonly attempts: number;
  readonly limit?: number;
  readonly retries: number;
  readonly allowMissing?: boolean;
  readonly out?: string;
  readonly priceIn?: number;
  readonly priceOut?: number;
  /** Folder of a run whose metrics get the result. */
  readonly run?: string;
  readonly step?: number;
  readonly json?: boolean;
  /** Server of a judge for responses that rules cannot read, and its model. */
  readonly judgeUrl?: string;
  readonly judgeModel?: string;
}

/** The options of one evaluation: one prompt. */
export type OnePrompt = Omit<BenchCommandOptions, 'prompt'> & { readonly prompt: string };
