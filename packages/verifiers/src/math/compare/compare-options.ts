// Options of a comparison, and the shape of the recursive comparison that the parts of it call back into.
import type { Node } from '../ast.ts';

/** How answers are compared. */
export interface ComparisonOptions {
  /** Decimals to which a decimal answer is rounded before comparison; by default 6, and below 0.001 as many digits as were given. */
  readonly decimals?: number;
  /** Variables must have the same names; default true. */
  readonly strict?: boolean;
  /** A relation as prediction may stand for the set it describes, as it always may in the ground truth; default false. */
  readonly relationForSet?: boolean;
  /** Expressions need to agree only where their roots and logarithms of variables are real; default false. */
  readonly whereReal?: boolean;
  /** The prediction has words in it, so variables of its own must not cancel; default false. */
  readonly words?: boolean;
  /** How the inequalities of a list are joined; both ways are tried where it is not said. */
  readonly joined?: 'and' | 'or' | undefined;
}

/** Compares a part of the ground truth with a part of the prediction. */
export type Compare = (groundTruth: Node, prediction: Node) => boolean;
