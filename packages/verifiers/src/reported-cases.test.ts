// Scores requests modeled on public bug reports. The file is data from outside the repository; how an expectation is written is said there.
import { describe, expect, it } from 'vitest';
import { absent, note, reportedCases, type Reported } from '../test/reported.ts';
import type { RewardRequest, RewardResult } from './contract.ts';
import { score } from './score.ts';

/** Cases where this package decides otherwise, each argued in the README under "Deviations". */
const ARGUED: ReadonlyMap<string, string> = new Map([
  ['ymulti-181', 'a set of right options is supported, so one of them is a wrong answer and no failure'],
  ['ymulti-182', 'as ymulti-181'],
  ['json-trunc', '`"n": 3` that was cut off may have been going to be 35'],
]);

/** Where the cases without a request are run. A new area must be added here with its test. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  iou: 'packages/verifiers/src/reported-coco.test.ts',
  service: 'packages/verifiers/src/server/reported-service.test.ts',
  format: 'packages/format/src/reported-files.test.ts and apps/orsta/src/data/reported-lines.test.ts',
  'data convert voc': 'apps/orsta/src/data/parse-voc.test.ts',
};

/** An expectation is an accuracy, or one of the shapes of an object; several of `any_of` are allowed. */
function matches(result: RewardResult, expected: unknown): boolean {
  if (typeof expected === 'number') return result.status === 'scored' && Math.abs(result.components['accuracy']! - expected) < 1e-4;
  if (typeof expected !== 'object' || expected === null) throw new Error(`Unknown expectation ${JSON.stringify(expected)}`);
  const { status, reward, reward_above: above, reward_below: below, any_of: anyOf }: Readonly<Record<string, unknown>> = { ...expected };
  if (Array.isArray(anyOf)) return anyOf.some((one) => matches(result, one));
  const given = result.status === 'scored' ? result.reward : Number.NaN;
  return (
    (status === undefined || result.status === status) &&
    (reward === undefined || Math.abs(given - Number(reward)) < 1e-6) &&
    (above === undefined || given > Number(above)) &&
    (below === undefined || given < Number(below))
  );
}

function summary(entry: Reported, result: RewardResult): string {
  const given = result.status === 'scored' ? `accuracy ${result.components['accuracy']}, reward ${result.reward}` : result.error.message;
  return `${entry.area} ${entry.id}: expected ${JSON.stringify(entry.expected)}, got ${given} (${entry.why})`;
}

function isRequest(entry: Reported): entry is Reported & { readonly request: RewardRequest } {
  return typeof entry.request === 'object';
}

describe(`reported cases${note}`, () => {
  it.skipIf(absent)('are right, or argued', async () => {
    const scored = reportedCases().filter(isRequest);
    expect(scored.length).toBeGreaterThan(600);
    const results = await score(scored.map(({ request }) => request));
    const judged = scored.map((entry, index) => ({ entry, right: matches(results[index]!, entry.expected), result: results[index]! }));
    const wrong = judged.filter(({ right }) => !right);
    expect(wrong.filter(({ entry }) => !ARGUED.has(entry.id)).map(({ entry, result }) => summary(entry, result))).toEqual([]);
    // An argument for a case that is right now would be stale.
    expect(wrong.map(({ entry }) => entry.id).sort()).toEqual([...ARGUED.keys()].sort());
  });

  it.skipIf(absent)('are all run: those without a request in the tests of their part', () => {
    const others = reportedCases().filter((entry) => !isRequest(entry));
    expect([...new Set(others.map(({ area }) => area))].sort()).toEqual(Object.keys(RUN_ELSEWHERE).sort());
  });
});
