// What a filter of a training set is. Filters are plain objects that look at one sample; a filter that needs to know the whole set counts in
// a pass of its own first. Nothing here reads files: what a filter needs of an image comes with the sample.
import type { Sample } from '../sample.ts';

/** A sample with what filters may need to know about it. */
export interface CurateItem {
  readonly sample: Sample;
  /** Width and height of each image; needed by filters of boxes in pixels. */
  readonly sizes?: readonly { readonly width: number; readonly height: number }[];
  /** 64-bit fingerprints of the images; needed by `duplicates` and `overlap`. */
  readonly fingerprints?: readonly bigint[];
  /** Reward of the gold answer with the sample's own verifier; needed by `goldAnswer`. */
  readonly goldReward?: number;
}

/** A named filter. */
export interface Filter {
  readonly name: string;
  /** Looks at every sample that the filters before it keep, before the first is judged. Absent where one look at a sample is enough. */
  readonly count?: (item: CurateItem) => void;
  /**
   * Why a sample goes, as a few words that are the same for many samples; undefined where it stays. `index` is its place in the set: a set is
   * gone through several times, and the answer must be the same each time.
   */
  readonly reason: (item: CurateItem, index: number) => string | undefined;
}

/** What one filter removed. */
export interface Removal {
  readonly filter: string;
  readonly removed: number;
  /** Reason -> samples. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Ids of the first few. */
  readonly examples: readonly string[];
}

/** What curating a set did. */
export interface CurateReport {
  readonly read: number;
  readonly kept: number;
  /** In the order of the filters; also those that removed nothing. */
  readonly removals: readonly Removal[];
}
