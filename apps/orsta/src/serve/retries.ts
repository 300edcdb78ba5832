import { hash } from 'node:crypto';

/** True the first time that these texts come, and for each further time within one call: equal responses of a group are no retry. */
export type Once = (...texts: readonly string[]) => boolean;

/** What was recorded of late, so that what a trainer sends again does not count twice. */
export interface Retries {
  /** For the results of one call. */
  begin(): Once;
}

/**
 * Remembers at least the last `most` texts and at most twice as many, by their digest, so that neither long responses nor a step that never ends
 * fill the memory: a retry comes within seconds, and not tens of thousands of results later.
 */
export function createRetries(most = 65_536): Retries {
  // Two generations, as taking the oldest out of one set would search through the places of those that were taken out before.
  let young = new Set<string>();
  let old = new Set<string>();
  const isNew = (name: string): boolean => {
    if (young.has(name) || old.has(name)) return false;
    if (young.size >= most) [old, young] = [young, new Set()];
    young.add(name);
    return true;
  };
  return {
    begin: () => {
      const times = new Map<string, number>();
      return (...texts) => {
        const digest = hash('sha1', texts.join('\0'), 'base64');
        const before = times.get(digest) ?? 0;
        times.set(digest, before + 1);
        return isNew(before === 0 ? digest : `${digest}${before}`);
      };
    },
  };
}
