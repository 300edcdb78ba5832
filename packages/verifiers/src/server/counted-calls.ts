/** The calls whose results were counted, by the key that their caller gave them, so that one that comes again is not counted again. */
export interface CountedCalls {
  /** True the first time; false for a call of that run and key that was counted before. */
  claim(run: string, key: string): boolean;
}

/**
 * Remembers the last `most` keys. A client asks again within minutes, in which even small batches are fewer. What was answered is not kept:
 * verifiers are pure, so that a call that comes again is scored again and gets the same answer.
 */
export function createCountedCalls(most = 65_536): CountedCalls {
  const counted = new Set<string>();
  return {
    claim: (run, key) => {
      const name = JSON.stringify([run, key]);
      if (counted.has(name)) return false;
      counted.add(name);
      const oldest = counted.values().next().value;
      if (counted.size > most && oldest !== undefined) counted.delete(oldest);
      return true;
    },
  };
}
