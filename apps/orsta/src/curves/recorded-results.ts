import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** True the first time that these texts come, and for each further time within one call: equal responses of a group are no retry. */
export type IsFirst = (...texts: readonly string[]) => boolean;

/** What was recorded of late, so that what a trainer sends again does not count twice. */
export interface RecordedResults {
  /** For the results of one call. */
  begin(): IsFirst;
}

/**
 * Remembers the last `most` results by their digest, so that neither long responses nor a step that never ends fill the memory. A retry
 * comes within seconds, and not tens of thousands of results later.
 */
export function createRecordedResults(most = 65_536): RecordedResults {
  const seen = new LRUCache<string, true>({ max: most });
  return {
    begin: () => {
      const times = new Map<string, number>();
      return (...texts) => {
        const digest = hash('sha1', texts.join('\0'), 'base64');
        const before = times.get(digest) ?? 0;
        times.set(digest, before + 1);
        const name = `${digest}${before}`;
        if (seen.has(name)) return false;
        seen.set(name, true);
        return true;
      };
    },
  };
}
