import { hash } from 'node:crypto';

/** What was recorded of late, so that what a trainer sends again does not count twice. */
export interface Retries {
  /** True the first time that these texts come. */
  isNew(...texts: readonly string[]): boolean;
}

/**
 * Remembers the last `most` texts by their digest, so that neither long responses nor a step that never ends fill the memory: a retry comes
 * within seconds, and not tens of thousands of results later.
 */
export function createRetries(most = 65_536): Retries {
  const seen = new Set<string>();
  return {
    isNew: (...texts) => {
      const digest = hash('sha1', texts.join('\0'), 'base64');
      if (seen.has(digest)) return false;
      seen.add(digest);
      const oldest = seen.values().next().value;
      if (seen.size > most && oldest !== undefined) seen.delete(oldest);
      return true;
    },
  };
}
