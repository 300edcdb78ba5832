// What the Python adapters sent in real trainers (see HOW.md beside the files) is scored here again, in this process.
import { readFileSync } from 'node:fs';
import { score, type RewardRequest, type RewardResult } from '@vtriune/verifiers';
import { describe, expect, it } from 'vitest';

interface Transcript {
  readonly trainer: string;
  readonly exchanges: readonly {
    readonly method: string;
    readonly path: string;
    readonly body: { readonly run?: string; readonly requests: readonly RewardRequest[] };
    readonly answer: { readonly results: readonly RewardResult[] };
  }[];
  readonly returned: readonly unknown[];
}

function read(name: string): Transcript {
  return JSON.parse(readFileSync(new URL(`../../test/fixtures/adapters/${name}.json`, import.meta.url), 'utf8')) as Transcript;
}

function postsOf({ exchanges }: Transcript): Transcript['exchanges'] {
  return exchanges.filter(({ method }) => method === 'POST');
}

/** Times differ from run to run, and a message may be worded anew. */
function withoutTimes(result: RewardResult): object {
  return result.status === 'scored' ? { ...result, elapsed_ms: 0 } : { ...result, error: result.error.code };
}

/** A verifier may have learned to report further metrics since; those that were answered then must still be there, with the same values. */
function withMetricsOf(result: RewardResult, then: RewardResult | undefined): RewardResult {
  if (result.status !== 'scored' || then?.status !== 'scored') return result;
  const metrics = Object.fromEntries(Object.entries(result.metrics).filter(([name]) => name in then.metrics));
  return { ...result, metrics };
}

/** What each adapter is to make of a result. */
const EXPECTED: Readonly<Record<string, (result: RewardResult) => unknown>> = {
  trl: (result) => (result.status === 'scored' ? result.reward : null),
  'ms-swift': (result) => (result.status === 'scored' ? result.reward : null),
  verl: (result) =>
    result.status === 'scored'
      ? { score: result.reward, acc: result.components['accuracy'], format: result.components['format'], failed: 0 }
      : { score: 0, acc: 0, format: 0, failed: 1 },
  easyr1: (result) =>
    result.status === 'scored'
      ? { overall: result.reward, accuracy: result.components['accuracy'], format: result.components['format'], failed: 0 }
      : { overall: 0, accuracy: 0, format: 0, failed: 1 },
};

describe.each(Object.keys(EXPECTED))('the transcript of %s', (name) => {
  const transcript = read(name);
  const posts = postsOf(transcript);

  it('was answered with what score gives', async () => {
    for (const { path, body, answer } of posts) {
      expect(path).toBe('/v1/rewards');
      const results = await score(body.requests);
      expect(results.map((result, index) => withoutTimes(withMetricsOf(result, answer.results[index])))).toEqual(
        answer.results.map(withoutTimes),
      );
    }
  });

  it('gave the trainer these results', () => {
    const results = posts.flatMap(({ answer }) => answer.results).slice(0, transcript.returned.length);
    expect(transcript.returned).toEqual(results.map((result) => EXPECTED[name]?.(result)));
    expect(new Set(results.map(({ verifier }) => verifier))).toEqual(
      new Set(['counting', 'detection', ...(name === 'trl' ? [] : ['no_such_verifier'])]),
    );
  });
});

describe('progress', () => {
  it('is the step of the trainer, counted from 1, where it tells one', () => {
    const progress = (name: string) => postsOf(read(name)).map(({ body }) => body.requests[0]?.progress);
    expect(progress('trl')).toEqual([
      { step: 1, total_steps: 2 },
      { step: 2, total_steps: 2 },
    ]);
    expect(progress('verl')).toEqual([{ step: 4, total_steps: 10 }]);
    expect(progress('ms-swift')[0]).toEqual({ step: 4, total_steps: 10 });
    expect(progress('easyr1')).toEqual([undefined]);
  });

  it('is declared to the clock of the service by easyr1', () => {
    const declared = read('easyr1').exchanges.filter(({ method }) => method === 'PUT');
    expect(declared).toMatchObject([{ path: '/v1/runs/calls-easyr1/progress', body: { total_steps: 10, rewards_per_step: 17 } }]);
  });
});
