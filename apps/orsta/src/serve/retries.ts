import { hash } from 'node:crypto';

/** What was recorded of late, so that what a trainer sends again does not count twice. */
export interface Retries {
  /** True the first time that these texts come. */
  isNew(...texts: readonly string[]): boolean;
}

/**
 * Remembers at least the last `most` texts and at most twice as many, by their digest, so that neither long responses nor a step that never ends
 * fill the memory: a retry comes within seconds, and not tens of thousands of results later.
 */
export function createRetries(most = 65_536): Retries {
  // Two generations, as taking the oldest out of one set would search through the places of those that were taken out before.
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    isNew: (...texts) => {
      const digest = hash('sha1', texts.join('\0'), 'base64');
      if (young.has(digest) || old.has(digest)) return false;
      if (young.size >= most) [old, young] = [young, new Set()];
      young.add(digest);
      return true;
    },
  };
}
