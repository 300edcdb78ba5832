// A shared allowance of work for one comparison. Everything that walks expressions takes from it, so nested sums, long lists and large
// powers cannot add up to more than a few milliseconds; what the allowance does not cover counts as unknown.

/** Steps left; may go below 0. */
export interface Budget {
  left: number;
}

/** Evaluation steps for one comparison of two answers. */
export const COMPARISON_STEPS = 12_000;

/** A fresh allowance. */
export function createBudget(steps = COMPARISON_STEPS): Budget {
  return { left: steps };
}

/** Takes `steps`; false where the allowance is used up. */
export function spend(budget: Budget, steps = 1): boolean {
  budget.left -= steps;
  return budget.left >= 0;
}
