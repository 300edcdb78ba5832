/** The calls whose results were counted, by the key that their caller gave them, so that one that comes again is not counted again. */
export interface CountedCalls {
  /** True the first time; false for a call of that run and key that was counted before. */
  claim(run: string, key: string): boolean;
}

/**
 * Remembers at least the last `most` keys and at most twice as many. A client asks again within minutes, in which even small batches are fewer. What
 * was answered is not kept: verifiers are pure, so that a call that comes again is scored again and gets the same answer.
 */
export function createCountedCalls(most = 65_536): CountedCalls {
  // Two generations, as taking the oldest out of one set would search through the places of those that were taken out before.
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    claim: (run, key) => {
      const name = JSON.stringify([run, key]);
      if (young.has(name) || old.has(name)) return false;
      if (young.size >= most) [old, young] = [young, new Set()];
      young.add(name);
      return true;
    },
  };
}
