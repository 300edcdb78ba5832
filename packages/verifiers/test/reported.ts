import { existsSync, readFileSync } from 'node:fs';

/** A line of the reported cases: data from outside the repository, whose README says how an expectation is written. */
export interface Reported {
  readonly id: string;
  readonly area: string;
  /** A request for `score`, or in words what was called. */
  readonly request: unknown;
  readonly expected: unknown;
  readonly why: string;
}

const file = new URL('../../../../shared/reported-cases/rewards.jsonl', import.meta.url);

/** Whether the file is absent, so that its tests are skipped. */
export const absent = !existsSync(file);
/** What the name of a skipped test says. */
export const note = absent ? ' (skipped: ../shared/reported-cases is absent)' : '';

/** All cases, or those of one area; none where the file is absent. */
export function reportedCases(area?: string): readonly Reported[] {
  if (absent) return [];
  const all = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reported);
  return area === undefined ? all : all.filter((entry) => entry.area === area);
}
