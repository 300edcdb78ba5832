// Scores requests modeled on public bug reports. The file is data from outside the repository; how an expectation is written is said there.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RewardRequest, RewardResult } from './contract.ts';
import { score } from './score.ts';

interface Reported {
  readonly id: string;
  readonly area: string;
  readonly request: RewardRequest | string;
  readonly expected: unknown;
  readonly why: string;
}

/** Cases where this package decides otherwise, each argued in the README under "Deviations". */
const ARGUED: ReadonlySet<string> = new Set([
  'ymulti-181', // A set of right options is supported, so one of them is a wrong answer and no failure.
  'ymulti-182',
  'json-trunc', // `"n": 3` that was cut off may have been going to be 35.
]);

const file = new URL('../../../../shared/reported-cases/rewards.jsonl', import.meta.url);
const absent = !existsSync(file);

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

describe(`reported cases${absent ? ' (skipped: the shared folder is absent)' : ''}`, () => {
  it.skipIf(absent)('are right, or argued', async () => {
    const entries = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Reported);
    const scored = entries.filter((entry): entry is Reported & { request: RewardRequest } => typeof entry.request === 'object');
    expect(scored.length).toBeGreaterThan(600);
    const results = await score(scored.map(({ request }) => request));
    const wrong = scored.flatMap((entry, index) => {
      const result = results[index]!;
      return ARGUED.has(entry.id) || matches(result, entry.expected) ? [] : [summary(entry, result)];
    });
    expect(wrong).toEqual([]);
  });
});
