/** What ranks of one model need from each other. Every rank must make the same calls in the same order. */
export interface Collective {
  readonly rank: number;
  readonly size: number;
  /** Replaces `values` by the sum over all ranks, added in rank order so that all ranks get the same bits. */
  allReduceSum(values: Float32Array): void;
  /** Replaces `values` by those of `root`. */
  broadcast(values: Float32Array, root?: number): void;
  /** Returns once every rank has called it. */
  barrier(): void;
}

/** The collective of a single process: nothing to exchange. */
export function singleCollective(): Collective {
  return { rank: 0, size: 1, allReduceSum: () => undefined, broadcast: () => undefined, barrier: () => undefined };
}
