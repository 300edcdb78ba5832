// Runs against the built package, because a worker thread starts from a built file.
import { createScoringPool, type Scorer, type ScoringPoolOptions } from '@vtriune/verifiers/server';
import type { RewardRequest, RewardResult } from '@vtriune/verifiers';
import { afterEach, describe, expect, it } from 'vitest';

const plugin = (name: string): string => new URL(`../../test/fixtures/plugins/${name}.mjs`, import.meta.url).pathname;
const request = (id: string, verifier: string, ground_truth: unknown = 'x'): RewardRequest => {
  return { id, data_source: 's', verifier, response: 'r', ground_truth };
};

const open: Scorer[] = [];
const pool = async (options: ScoringPoolOptions = {}): Promise<Scorer> => {
  const made = await createScoringPool({ workers: 2, plugins: [plugin('hostile')], ...options });
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((scorer) => scorer.close()));
});

const marks = (results: readonly RewardResult[]): string => results.map(({ status }) => (status === 'failed' ? 'F' : '.')).join('');
const among = (bad: string, count = 20): RewardRequest[] =>
  Array.from({ length: count }, (_, i) => request(`r${i}`, i === 7 || i === 12 ? bad : 'good'));

describe('a pool of workers', () => {
  it('scores what in-process scoring scores, in order, with the verifiers of plug-ins too', async () => {
    const scorer = await pool({ maxChunk: 8 });
    expect(scorer.verifiers.map(({ name }) => name)).toEqual(expect.arrayContaining(['mathverify', 'detection', 'good']));
    const requests = Array.from({ length: 500 }, (_, i): RewardRequest => {
      return { ...request(`r${i}`, i % 3 === 0 ? 'mathverify' : 'counting', String(i % 4)), response: '<answer>\\boxed{2}</answer>' };
    });
    const { results } = await scorer.score(requests);
    expect(results.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
    expect(marks(results)).not.toContain('F');
    for (const [i, result] of results.entries()) {
      if (i % 3 === 0) expect(result).toMatchObject({ reward: i % 4 === 2 ? 1 : 0 });
    }
  });

  it('ends a verifier that loops at its deadline, and scores its neighbours', async () => {
    const scorer = await pool({ deadlineMs: 300 });
    const started = performance.now();
    const { results } = await scorer.score(among('loop'));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(marks(results)).toBe('.......F....F.......');
    expect(results.map(({ id }) => id)).toEqual(among('loop').map(({ id }) => id));
    expect(results[7]).toMatchObject({ error: { code: 'timeout', message: expect.stringMatching(/"loop".*300 ms.*deadlineMs/) } });
    expect(scorer.stats()).toEqual({ queued: 0, running: 0, workers: 2, replaced: 2 });
    expect(marks((await scorer.score(among('good'))).results)).toBe('.'.repeat(20));
  });

  it.each(['exit', 'uncaught'])('loses to %s only the item that did it', async (bad) => {
    const scorer = await pool();
    const { results } = await scorer.score(among(bad));
    expect(marks(results)).toBe('.......F....F.......');
    expect(results[7]).toMatchObject({ error: { code: 'verifier_error', message: expect.stringContaining(`"${bad}"`) } });
    expect(scorer.stats().replaced).toBe(2);
  });

  it.each(['hog', 'grow', 'map', 'buffers'])('ends %s before it takes the memory of the machine', async (bad) => {
    const scorer = await pool({ deadlineMs: 60_000, memoryMb: 256 });
    const { results } = await scorer.score(among(bad, 13));
    expect(marks(results)).toBe('.......F....F');
    expect(results[7]).toMatchObject({ error: { code: 'verifier_error', message: expect.stringMatching(/256 MB.*memoryMb/) } });
  });

  it('does not count waiting towards the deadline', async () => {
    const scorer = await pool({ workers: 1, deadlineMs: 400, maxChunk: 4 });
    const { results } = await scorer.score(Array.from({ length: 12 }, (_, i) => request(`r${i}`, 'slow', 120)));
    expect(marks(results)).toBe('.'.repeat(12));
    expect(scorer.stats().replaced).toBe(0);
  });

  it('fails what is no data by itself', async () => {
    const scorer = await pool();
    const { results } = await scorer.score([
      request('a', 'good'),
      request('b', 'good', () => 1),
      null as never,
      request('d', 'throws'),
      request('e', 'good', 1n),
    ]);
    expect(results).toMatchObject([
      { id: 'a', status: 'scored' },
      { id: 'b', error: { code: 'invalid_request' } },
      { id: '#2', error: { code: 'invalid_request' } },
      { id: 'd', error: { code: 'verifier_error', message: 'no such box' } },
      { id: 'e', error: { code: 'invalid_request', message: expect.stringContaining('BigInt') } },
    ]);
    expect(scorer.stats().replaced).toBe(0);
  });

  it('answers what waits with an error when it is closed', async () => {
    const scorer = await pool();
    const waiting = scorer.score([request('a', 'slow', 60_000)]);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await scorer.close();
    await refused;
    await expect(scorer.score([request('a', 'good')])).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a plug-in that cannot be used', () => {
  it.each([
    ['broken', {}, /no licence file/],
    ['exits', {}, /worker exited with code: 7/],
    ['hangs', { startMs: 1500 }, /1500 ms/],
    ['nonesuch', {}, /Cannot find module/],
  ])('(%s) fails the start with its own reason', async (name, options, message) => {
    const starting = pool({ plugins: [plugin(name)], ...options });
    await expect(starting).rejects.toMatchObject({ code: 'invalid_plugin', message: expect.stringMatching(message) });
  });

  it('fails the start when a name comes twice', async () => {
    await expect(pool({ plugins: [plugin('hostile'), plugin('hostile')] })).rejects.toMatchObject({ code: 'duplicate_verifier' });
  });

  it.each([{ workers: 0 }, { deadlineMs: 1.5 }, { memoryMb: 1 }, { inline: ['good'] }])('so do the options %j', async (options) => {
    await expect(pool(options)).rejects.toMatchObject({ code: 'invalid_options' });
  });
});
