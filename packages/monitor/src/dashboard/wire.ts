// What the server tells the page. Types only: the page is built for browsers and takes nothing else from here.
import type { AlarmRecord, RolloutRecord } from '../record.ts';

/** A run in the list. */
export interface RunSummary {
  /** In addresses; unique within a server. */
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  /** Last change of its records, milliseconds since 1970. */
  readonly modified: number;
  /** Bytes of its records. */
  readonly bytes: number;
}

/** A metric of a source in a run. */
export interface SeriesSummary {
  readonly source: string;
  readonly split: string;
  readonly name: string;
  readonly points: number;
  readonly last: number;
}

/** A step with rollouts, and how many by split. */
export interface StepSummary {
  readonly step: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What is known of a data source. */
export interface SourceFacts {
  readonly verifier?: string;
  readonly task?: string;
}

/** An opened run. */
export interface RunDetails extends RunSummary {
  readonly series: readonly SeriesSummary[];
  readonly steps: readonly StepSummary[];
  readonly alarms: readonly AlarmRecord[];
  /** Verifier and task by source, as far as they are known from rollouts and stored evaluations. */
  readonly sources: Readonly<Record<string, SourceFacts>>;
  /** Whether the records say how long a step takes, so that curves can be drawn over time. */
  readonly timed: boolean;
  readonly lastStep: number;
  readonly counts: { readonly metrics: number; readonly rollouts: number; readonly alarms: number };
  /** Lines that are no records, and lines whose end has not come (yet). */
  readonly skipped: { readonly bad: number; readonly partial: number };
}

/** A series of a request for curves: run, source, split, name. */
export type SeriesKey = readonly [run: string, source: string, split: string, name: string];

/** A request for charts; one table comes back for each. */
export interface CurvesRequest {
  readonly charts: readonly (readonly SeriesKey[])[];
  readonly axis: 'step' | 'time';
  readonly smoothing: number;
  readonly width: number;
  readonly from?: number;
  readonly to?: number;
}

/** Responses to one prompt in one step. */
export interface RolloutGroup {
  readonly group: string;
  readonly sample: string;
  readonly source: string;
  readonly split: string;
  readonly prompt: string;
  /** What would have been right, where the records say it. */
  readonly truth?: string;
  readonly images: readonly string[];
  readonly verifier: string;
  readonly rollouts: readonly Omit<RolloutRecord, 'prompt' | 'ground_truth' | 'images' | 'run' | 'sample' | 'source' | 'split'>[];
}

/** A page of the groups of a step. */
export interface RolloutPage {
  readonly step: number;
  readonly groups: readonly RolloutGroup[];
  /** Groups that fit the filter. */
  readonly total: number;
  readonly sources: readonly string[];
  readonly verifiers: readonly string[];
}
