import type { Tally } from './tally.ts';

/** The sums of a run, step and split. */
export interface Part {
  readonly run: string;
  readonly step: number;
  readonly split: string;
  readonly sources: Map<string, Tally>;
}
